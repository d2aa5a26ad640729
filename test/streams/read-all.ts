import type { FastScoreError } from '../../src/core/errors.ts';
import type { Records, Reject } from '../../src/core/records.ts';
import { splitRecords } from '../../src/core/records.ts';
import type { InputItem, InputStream } from '../../src/streams/types.ts';

export interface ReadStream {
  readonly items: InputItem[];
  readonly records: string[];
  readonly rejects: Reject[];
}

/** Takes everything until the end of the input, and is done with it at once; rejects with why it failed. */
export function readAll(stream: InputStream, limit = 1000): Promise<ReadStream> {
  const read: ReadStream = { items: [], records: [], rejects: [] };
  return new Promise((resolve, reject) => {
    stream.onReady(() => {
      for (;;) {
        read.rejects.push(...stream.takeRejects());
        const item = stream.take(limit);
        if (item === undefined) return;
        if (item.kind === 'failure') return reject(item.error);
        read.items.push(item);
        if (item.kind === 'batch') read.records.push(...textsOf(item.records));
        if (item.position != null) stream.commit?.(item.position);
        if (item.kind === 'eof') resolve(read);
      }
    });
  });
}

/** Takes everything until the input fails; resolves with what came before, and why. */
export function readUntilFailure(
  stream: InputStream,
  limit = 1000,
): Promise<{ records: string[]; error: FastScoreError }> {
  const records: string[] = [];
  return new Promise((resolve) => {
    stream.onReady(() => {
      for (let item = stream.take(limit); item !== undefined; item = stream.take(limit)) {
        if (item.kind === 'batch') records.push(...textsOf(item.records));
        if (item.kind === 'failure') return resolve({ records, error: item.error });
      }
    });
  });
}

/** Resolves with the next item. */
export function nextItem(stream: InputStream, limit = 1000): Promise<InputItem> {
  return new Promise((resolve, reject) => {
    stream.onReady(() => {
      const item = stream.take(limit);
      if (item?.kind === 'failure') reject(item.error);
      else if (item !== undefined) resolve(item);
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
