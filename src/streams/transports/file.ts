import type { Stats } from 'node:fs';
import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import { FastScoreError } from '../../core/errors.ts';
import type { Fields } from '../fields.ts';
import { findFile } from '../file-place.ts';
import { assertReaches } from './assert-reaches.ts';
import { FileInput } from './file-input.ts';
import { FileOutput } from './file-output.ts';
import { FollowedFile } from './followed-file.ts';
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

async function openInput(
  path: string,
  { follow, ...options }: OpenInputTransportOptions & { follow: boolean },
): Promise<InputTransport> {
  const { dataRoot, isContinued } = options;
  const place = await findFile(path, dataRoot);
  const start = typeof options.start === 'number' ? options.start : 0;
  if (place.stats?.isFIFO()) {
    if (start > 0) throw new Error('a pipe cannot be read from the middle');
    return await pipeInput(place.path);
  }
  const openFile = async (): Promise<FileHandle> =>
    open((await findFile(path, dataRoot)).path, O_RDONLY | noFollowFlag(dataRoot));
  const handle = await openFile();
  const stats = await handle.stat();
  try {
    if (!stats.isFile()) return new FileInput(handle, start, { isSeekable: false });
    if (isContinued) assertReaches(start, stats.size, 'bytes');
    if (!follow) return new FileInput(handle, start, { isSeekable: true });
    const look = async (): Promise<Stats | null> => {
      const { stats: now } = await findFile(path, dataRoot);
      return now?.isFile() === true ? now : null;
    };
    return await FollowedFile.follow(handle, { ...options, start, look, open: openFile });
  } catch (error) {
    await handle.close();
    throw error;
  }
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
