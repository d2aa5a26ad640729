import type { Stats } from 'node:fs';
import { constants, createWriteStream } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { open, stat } from 'node:fs/promises';
import { pipeInput, pipeOutput } from './named-pipe.ts';
import type {
  InputTransport,
  OpenInputTransportOptions,
  OpenOutputTransportOptions,
  OutputTransport,
  TransportType,
} from './transport.ts';
import { WritableOutput } from './writable-output.ts';

/** A file in the engine's file system: read from a byte on, or created and written from its beginning. */
export const fileType: TransportType = {
  name: 'file',
  parse(fields) {
    const path = fields.required('Path', fields.string('Path'));
    return {
      type: 'file',
      label: `file '${path}'`,
      boundaries: false,
      ignoresEnvelope: false,
      seek: 'bytes',
      openInput: (options) => openInput(path, options),
      openOutput: (options) => openOutput(path, options),
      internal: () => ({ path }),
    };
  },
};

const READ_BYTES = 256 * 1024;
const WRITE_BUFFER_BYTES = 1024 * 1024;

async function openInput(path: string, { start }: OpenInputTransportOptions): Promise<InputTransport> {
  const stats = await stat(path);
  refuseDirectory(stats);
  const from = typeof start === 'number' ? start : 0;
  if (stats.isFIFO()) {
    if (from > 0) throw new Error('a pipe cannot be read from the middle');
    return await pipeInput(path);
  }
  return new FileInput(await open(path, constants.O_RDONLY), from, stats.isFile());
}

async function openOutput(path: string, options: OpenOutputTransportOptions): Promise<OutputTransport> {
  const stats = await stat(path).catch(() => null);
  if (stats !== null) refuseDirectory(stats);
  if (stats?.isFIFO()) return await pipeOutput(path, options);
  const stream = createWriteStream(path, { flags: 'w', highWaterMark: WRITE_BUFFER_BYTES });
  await new Promise<void>((resolve, reject) => {
    stream.once('open', () => resolve());
    stream.once('error', reject);
  });
  return new WritableOutput(stream, options);
}

function refuseDirectory(stats: Stats): void {
  if (stats.isDirectory()) throw new Error('is a directory');
}

class FileInput implements InputTransport {
  readonly start: number;
  readonly push = null;
  readonly rewind: (() => Promise<void>) | null;
  readonly #handle: FileHandle;
  /** null for a device, which is read on and on. */
  #position: number | null;
  #closed: Promise<void> | null = null;

  constructor(handle: FileHandle, start: number, isSeekable: boolean) {
    this.#handle = handle;
    this.start = start;
    this.#position = isSeekable ? start : null;
    this.rewind = isSeekable
      ? async () => {
          this.#position = 0;
        }
      : null;
  }

  async read(): Promise<readonly Buffer[] | null> {
    if (this.#closed !== null) return null;
    const chunk = Buffer.allocUnsafeSlow(READ_BYTES);
    const { bytesRead } = await this.#handle.read(chunk, 0, READ_BYTES, this.#position);
    if (bytesRead === 0) return null;
    if (this.#position !== null) this.#position += bytesRead;
    return [bytesRead === READ_BYTES ? chunk : chunk.subarray(0, bytesRead)];
  }

  close(): Promise<void> {
    this.#closed ??= this.#handle.close();
    return this.#closed;
  }
}
