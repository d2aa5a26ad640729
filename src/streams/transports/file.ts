import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { FastScoreError } from '../../core/errors.ts';
import type { Fields } from '../fields.ts';
import { findFile } from '../file-place.ts';
import { FileOutput } from './file-output.ts';
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
  fields: ['Path', 'Follow', 'Append'],
  parse(fields) {
    const path = fields.required('Path', fields.string('Path'));
    const follow = parseFlag(fields, 'Follow');
    const append = parseFlag(fields, 'Append');
    return {
      type: 'file',
      label: `file '${path}'`,
      boundaries: false,
      ignoresEnvelope: false,
      seek: 'bytes',
      openInput: (options) => openInput(path, { ...options, follow }),
      openOutput: (options) => openOutput(path, { ...options, append }),
      internal: () => ({ path, ...(follow ? { follow } : {}), ...(append ? { append } : {}) }),
    };
  },
};

const { O_RDONLY, O_WRONLY, O_CREAT, O_NOFOLLOW } = constants;
const READ_BYTES = 256 * 1024;

/** How often a file that is followed is looked at. */
const FOLLOW_MS = 100;

async function openInput(
  path: string,
  { start, dataRoot, follow }: OpenInputTransportOptions & { follow: boolean },
): Promise<InputTransport> {
  const place = await findFile(path, dataRoot);
  const from = typeof start === 'number' ? start : 0;
  if (place.stats?.isFIFO()) {
    if (from > 0) throw new Error('a pipe cannot be read from the middle');
    return await pipeInput(place.path);
  }
  const handle = await open(place.path, O_RDONLY | noFollowFlag(dataRoot));
  const isRegular = place.stats?.isFile() ?? false;
  return new FileInput(handle, from, { isSeekable: isRegular, follow: follow && isRegular });
}

async function openOutput(
  path: string,
  options: OpenOutputTransportOptions & { append: boolean },
): Promise<OutputTransport> {
  const { dataRoot } = options;
  const place = await findFile(path, dataRoot);
  if (place.stats?.isFIFO()) return await pipeOutput(place.path, options);
  const handle = await open(place.path, O_WRONLY | O_CREAT | noFollowFlag(dataRoot));
  if (place.stats === null || place.stats.isFile()) {
    const end = options.append ? { byte: place.stats?.size ?? 0 } : null;
    return await FileOutput.open(handle, options.position ?? end, options);
  }
  return new WritableOutput(handle.createWriteStream(), options);
}

function parseFlag(fields: Fields, name: string): boolean {
  const value = fields.raw(name) ?? false;
  if (typeof value === 'boolean') return value;
  throw new FastScoreError('BAD_DESCRIPTOR', `'${name}' must be a boolean`);
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
  readonly #follow: boolean;
  #closed: Promise<void> | null = null;

  constructor(handle: FileHandle, start: number, { isSeekable, follow }: { isSeekable: boolean; follow: boolean }) {
    this.#follow = follow;
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
    let { bytesRead } = await this.#handle.read(chunk, 0, READ_BYTES, this.#position);
    while (bytesRead === 0 && this.#follow) {
      await delay(FOLLOW_MS);
      if (this.#closed !== null) return null;
      ({ bytesRead } = await this.#handle.read(chunk, 0, READ_BYTES, this.#position));
    }
    if (bytesRead === 0) return null;
    if (this.#position !== null) this.#position += bytesRead;
    return [bytesRead === READ_BYTES ? chunk : chunk.subarray(0, bytesRead)];
  }

  close(): Promise<void> {
    this.#closed ??= this.#handle.close();
    return this.#closed;
  }
}
