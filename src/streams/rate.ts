import type { StreamDescriptor } from './descriptor.ts';
import type { OpenInputOptions } from './open-input.ts';
import { openInput } from './open-input.ts';
import type { InputStream } from './types.ts';

export interface StreamRate {
  /** Records per second. */
  readonly rps: number;
  /** Megabytes of records per second. */
  readonly mbps: number;
}

export interface RateOptions extends Pick<OpenInputOptions, 'dataRoot' | 'schema'> {
  /** How long to read, unless the stream ends before. @default 2000 */
  readonly spanMs?: number;
}

const SPAN_MS = 2000;
const MOST_AT_ONCE = 10_000;
const MEGABYTE = 1024 * 1024;

/** Reads a stream as fast as it comes, apart from any running pipeline, and throws the records away. */
export async function measureRate(
  descriptor: StreamDescriptor,
  { spanMs = SPAN_MS, dataRoot = null, schema = null }: RateOptions = {},
): Promise<StreamRate> {
  const stream = await openInput(descriptor, { slot: 0, dataRoot, schema });
  const start = performance.now();
  let timer: NodeJS.Timeout | undefined;
  const seen = { records: 0, bytes: 0 };
  try {
    await new Promise<void>((resolve, reject) => {
      timer = setTimeout(resolve, spanMs);
      stream.onReady(() => {
        try {
          if (drain(stream, seen) || performance.now() - start > spanMs) resolve();
        } catch (error) {
          reject(error);
        }
      });
    });
  } finally {
    clearTimeout(timer);
    await stream.close();
  }
  const seconds = Math.max((performance.now() - start) / 1000, 0.001);
  return { rps: seen.records / seconds, mbps: seen.bytes / MEGABYTE / seconds };
}

/** Takes what is there. @returns whether the stream is at its end */
function drain(stream: InputStream, seen: { records: number; bytes: number }): boolean {
  for (;;) {
    stream.takeRejects();
    const item = stream.take(MOST_AT_ONCE);
    if (item === undefined) return stream.ended;
    if (item.kind === 'eof') return true;
    if (item.kind === 'failure') throw item.error;
    if (item.kind !== 'batch') continue;
    seen.records += item.records.count;
    seen.bytes += item.records.data.length;
  }
}
