import type { BatchFrame, JetOutput } from './protocol.ts';

/** What one jet has done. */
export class JetCounts {
  /** Input records that came back done, and their size. */
  records = 0;
  bytes = 0;
  /** What the model emitted. */
  outputRecords = 0;
  outputBytes = 0;
  /** Changes of the state. */
  stores = 0;
  /** Time with a batch in hand. */
  busyMs = 0;
  /** Time in which it waited for keys that others had. */
  waitedMs = 0;
  readonly #onFlow: (side: 'input' | 'output', records: number, bytes: number) => void;

  constructor(onFlow: (side: 'input' | 'output', records: number, bytes: number) => void) {
    this.#onFlow = onFlow;
  }

  addBatch({ records: { count, data } }: BatchFrame): void {
    this.records += count;
    this.bytes += data.length;
    this.#onFlow('input', count, data.length);
  }

  addOutputs(outputs: readonly JetOutput[]): void {
    let records = 0;
    let bytes = 0;
    for (const output of outputs) {
      records += output.records.count;
      bytes += output.records.data.length;
    }
    if (records === 0) return;
    this.outputRecords += records;
    this.outputBytes += bytes;
    this.#onFlow('output', records, bytes);
  }
}
