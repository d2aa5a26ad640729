import type { Records, Reject } from '../../src/core/records.ts';
import { splitRecords } from '../../src/core/records.ts';
import type { InputItem, InputStream } from '../../src/streams/types.ts';

export interface ReadStream {
  readonly items: InputItem[];
  readonly records: string[];
  readonly rejects: Reject[];
}

/** Takes everything until the end of the input; rejects with what the stream says to its error listener. */
export function readAll(stream: InputStream, limit = 1000): Promise<ReadStream> {
  const read: ReadStream = { items: [], records: [], rejects: [] };
  return new Promise((resolve, reject) => {
    stream.onError(reject);
    stream.onReady(() => {
      for (;;) {
        read.rejects.push(...stream.takeRejects());
        const item = stream.take(limit);
        if (item === undefined) return;
        read.items.push(item);
        if (item.kind === 'batch') read.records.push(...textsOf(item.records));
        if (item.kind === 'eof') resolve(read);
      }
    });
  });
}

/** Resolves with the next item. */
export function nextItem(stream: InputStream, limit = 1000): Promise<InputItem> {
  return new Promise((resolve, reject) => {
    stream.onError(reject);
    stream.onReady(() => {
      const item = stream.take(limit);
      if (item !== undefined) resolve(item);
    });
  });
}

export function textsOf(records: Records): string[] {
  return [...splitRecords(records)].map((record) => record.toString('utf8'));
}

/** What a slot with this form of records would be given. */
export function recordsOf(form: Records['form'], texts: readonly string[]): Records {
  const parts = texts.map((text) => Buffer.from(form === 'json' ? `${text}\n` : text, 'utf8'));
  return {
    form,
    count: parts.length,
    data: Buffer.concat(parts),
    lengths: form === 'json' ? null : Uint32Array.from(parts, ({ length }) => length),
  };
}
