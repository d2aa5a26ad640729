import { splitRecords } from '../core/records.ts';
import type { StreamDescriptor } from './descriptor.ts';
import type { OpenInputOptions } from './open-input.ts';
import { openInput } from './open-input.ts';
import type { InputStream } from './types.ts';

export interface SampleOptions extends Pick<OpenInputOptions, 'dataRoot' | 'schema'> {
  /** How long to wait for records that do not come. @default 5000 */
  readonly waitMs?: number;
}

const WAIT_MS = 5000;

/**
 * Reads up to `count` records of a stream, apart from any running pipeline: what has come when that many are there,
 * when the stream ends or when the time is over. Control records are not shown.
 */
export async function sampleStream(
  descriptor: StreamDescriptor,
  count: number,
  { waitMs = WAIT_MS, dataRoot = null, schema = null }: SampleOptions = {},
): Promise<Buffer[]> {
  const stream = await openInput(descriptor, { slot: 0, dataRoot, schema });
  let timer: NodeJS.Timeout | undefined;
  try {
    const sample: Buffer[] = [];
    const full = new Promise<void>((resolve, reject) => {
      timer = setTimeout(resolve, waitMs);
      stream.onReady(() => {
        try {
          if (isDone(stream, sample, count)) resolve();
        } catch (error) {
          reject(error);
        }
      });
    });
    await full;
    return sample;
  } finally {
    clearTimeout(timer);
    await stream.close();
  }
}

/** Moves what is there into the sample. @returns whether no more is wanted or will come */
function isDone(stream: InputStream, sample: Buffer[], count: number): boolean {
  while (sample.length < count) {
    stream.takeRejects();
    const item = stream.take(count - sample.length);
    if (item === undefined) return stream.ended;
    if (item.kind === 'eof') return true;
    if (item.kind === 'failure') throw item.error;
    if (item.kind === 'batch') sample.push(...splitRecords(item.records));
  }
  return true;
}
