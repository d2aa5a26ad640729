import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import { FileOutput } from './file-output.ts';
import { findFile } from './file-place.ts';
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
  fields: ['Path'],
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

const { O_RDONLY, O_WRONLY, O_CREAT, O_NOFOLLOW } = constants;
const READ_BYTES = 256 * 1024;

async function openInput(path: string, { start, dataRoot }: OpenInputTransportOptions): Promise<InputTransport> {
  const place = await findFile(path, dataRoot);
  const from = typeof start === 'number' ? start : 0;
  if (place.stats?.isFIFO()) {
    if (from > 0) throw new Error('a pipe cannot be read from the middle');
    return await pipeInput(place.path);
  }
  const handle = await open(place.path, O_RDONLY | noFollowFlag(dataRoot));
  return new FileInput(handle, from, place.stats?.isFile() ?? false);
}

async function openOutput(path: string, options: OpenOutputTransportOptions): Promise<OutputTransport> {
  const { dataRoot } = options;
  const place = await findFile(path, dataRoot);
  if (place.stats?.isFIFO()) return await pipeOutput(place.path, options);
  const handle = await open(place.path, O_WRONLY | O_CREAT | noFollowFlag(dataRoot));
  if (place.stats === null || place.stats.isFile()) return await FileOutput.open(handle, options.position, options);
  return new WritableOutput(handle.createWriteStream(), options);
}

/** In a data root the path is resolved by now: a link that is met all the same is new, or leads nowhere. */
function noFollowFlag(dataRoot: string | null): number {
  return dataRoot === null ? 0 : O_NOFOLLOW;
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
