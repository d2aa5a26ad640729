import { splitSets } from '../core/record-sets.ts';
import type { Records } from '../core/records.ts';
import type { JetResult } from '../jets/jet.ts';
import type { BatchFrame, EmitForms } from '../jets/protocol.ts';
import { asReject } from '../streams/reject.ts';
import type { Measures } from './measures.ts';
import type { NoteReject } from './note-reject.ts';
import type { InputSlot, OutputSlot } from './slots.ts';

export interface OutletOptions {
  readonly measures: Measures;
  readonly inputs: ReadonlyMap<number, InputSlot>;
  readonly outputs: ReadonlyMap<number, OutputSlot>;
  readonly noteReject: NoteReject;
  /** There was no room for more, and now there may be. */
  readonly onRoom: () => void;
  readonly onFailed: (error: Error) => void;
}

/** Bytes handed to outputs that have not taken them yet: beyond it jets get no more work. */
const BACKLOG_BYTES = 4 * 1024 * 1024;

/** Writes what jets emit to the output slots. */
export class Outlet {
  readonly #options: OutletOptions;
  readonly #writes = new Set<Promise<void>>();
  #backlog = 0;

  constructor(options: OutletOptions) {
    this.#options = options;
  }

  get hasRoom(): boolean {
    return this.#backlog < BACKLOG_BYTES;
  }

  /** Forms wanted on the output slots, as their streams are attached now. */
  emit(): EmitForms {
    const forms: Record<number, Records['form']> = {};
    for (const [slot, { stream }] of this.#options.outputs) forms[slot] = stream.form;
    return forms;
  }

  /** Writes what a jet emitted. @param batch that it emitted it for; null: for none */
  deliver(result: JetResult, batch: BatchFrame | null): void {
    const { inputs, outputs, noteReject } = this.#options;
    for (const { slot, records, sets } of result.outputs) {
      const output = outputs.get(slot);
      if (output === undefined) continue;
      for (const set of sets === null ? [records] : splitSets(records, sets)) {
        if (set.count > 0) this.#write(output, set);
        if (sets !== null) this.#track(output, output.stream.control({ kind: 'set' }), 0);
      }
    }
    for (const { side, index, slot, text, reason } of result.rejected) {
      const seqno = side === 'in' && batch !== null ? batch.seqno + index : null;
      const counts = (side === 'in' ? inputs : outputs).get(slot)?.counts;
      if (counts !== undefined) noteReject(counts, { by: 'encoding', slot, seqno, text, reason });
    }
  }

  /** Resolves when every output has taken what it was given. */
  async written(): Promise<void> {
    await Promise.all(this.#writes);
  }

  #write(output: OutputSlot, emitted: Records): void {
    const { measures, noteReject } = this.#options;
    const { counts, check, stream } = output;
    const { slot } = output.attached;
    const records = stream.costs.validate.time(
      () =>
        check.accept(emitted, (record, flaw) => noteReject(counts, asReject(record, { ...flaw, slot, seqno: null }))),
      () => emitted.count,
    );
    if (records.count === 0) return;
    const bytes = records.data.length;
    this.#backlog += bytes;
    counts.records += records.count;
    counts.bytes += bytes;
    measures.flows.tell({ point: 'slot', slot, records: records.count, bytes });
    measures.trace(slot, () => `${records.count} records (${bytes} bytes) go to the output`);
    this.#track(output, stream.write(records), bytes);
  }

  #track({ stream, counts }: OutputSlot, writing: Promise<unknown>, bytes: number): void {
    const { noteReject, onFailed, onRoom } = this.#options;
    const write: Promise<void> = writing
      .catch((error) => onFailed(error as Error))
      .then(() => {
        for (const reject of stream.takeRejects()) noteReject(counts, reject);
        this.#writes.delete(write);
        this.#backlog -= bytes;
        if (this.hasRoom) onRoom();
      });
    this.#writes.add(write);
  }
}
