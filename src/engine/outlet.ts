import { emptyRecords, splitSets } from '../core/record-sets.ts';
import type { Records } from '../core/records.ts';
import { eachRecord, joinRecords } from '../core/records.ts';
import type { JetResult } from '../jets/jet.ts';
import type { BatchFrame, EmitForms, JetOutput } from '../jets/protocol.ts';
import { asReject } from '../streams/reject.ts';
import type { OutputStream } from '../streams/types.ts';
import type { Measures } from './measures.ts';
import type { NoteReject } from './note-reject.ts';
import { refusedRecord } from './refused-record.ts';
import type { RoundTrip, RoundTrips } from './round-trips.ts';
import type { InputSlot, OutputSlot } from './slots.ts';

export interface OutletOptions {
  readonly measures: Measures;
  readonly inputs: ReadonlyMap<number, InputSlot>;
  readonly outputs: ReadonlyMap<number, OutputSlot>;
  readonly roundTrips: RoundTrips;
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

  /**
   * Writes what a jet emitted. @param batch that it emitted it for; null: for none
   * @returns the streams that got something
   */
  deliver(result: JetResult, batch: BatchFrame | null): OutputStream[] {
    const trips = batch === null ? undefined : this.#options.roundTrips.of(batch.id);
    const outputs = trips === undefined ? result.outputs : result.outputs.map((part) => this.#answer(trips, part));
    const written = new Set<OutputStream>();
    for (const { slot, records, sets, haveScalars } of outputs) {
      const output = this.#options.outputs.get(slot);
      if (output === undefined) continue;
      written.add(output.stream);
      for (const set of sets === null ? [records] : splitSets(records, sets)) {
        if (set.count > 0) this.#write(output, set, haveScalars);
        if (sets !== null) this.#track(output, output.stream.control({ kind: 'set' }), 0);
      }
    }
    for (const { side, index, slot, text, reason } of result.rejected) {
      const { inputs, outputs, noteReject } = this.#options;
      const seqno = side === 'in' && batch !== null ? batch.seqno + index : null;
      const counts = (side === 'in' ? inputs : outputs).get(slot)?.counts;
      if (counts !== undefined) noteReject(counts, { by: 'encoding', slot, seqno, text, reason });
      trips?.[Math.max(0, index)]?.fail(refusedRecord({ slot, reason }));
    }
    return [...written];
  }

  /** The work on a batch is done: clients whose records have brought no output take what comes without a client of its own. */
  conclude({ id }: BatchFrame): void {
    const { outputs, roundTrips } = this.#options;
    for (const trip of roundTrips.of(id) ?? []) {
      if (trip.isOpen) trip.takeAny(outputs.get(trip.to)?.stream.pull ?? null);
    }
    roundTrips.done(id);
  }

  /** Resolves when every output has taken what it was given. */
  async written(): Promise<void> {
    await Promise.all(this.#writes);
  }

  /** Gives clients the first output for their record. @returns what is left for the output itself */
  #answer(trips: readonly RoundTrip[], part: JetOutput): JetOutput {
    const { slot, origins } = part;
    const output = this.#options.outputs.get(slot);
    if (output === undefined || part.sets !== null || part.records.count === 0) return part;
    const answered = new Set<number>();
    const others: Records[] = [];
    let at = 0;
    for (const record of eachRecord(part.records)) {
      // Where nobody has asked for origins there is one record.
      const origin = origins?.[at] ?? 0;
      const trip = trips[origin];
      if (trip?.to === slot && !answered.has(origin)) this.#tell(trip, output, record, part.haveScalars);
      else others.push(record);
      answered.add(origin);
      at += 1;
    }
    return { ...part, records: others.length === 0 ? emptyRecords(part.records.form) : joinRecords(others) };
  }

  #tell(trip: RoundTrip, output: OutputSlot, record: Records, haveScalars: boolean): void {
    const noteReject: NoteReject = (counts, reject) => {
      this.#options.noteReject(counts, reject);
      trip.fail(refusedRecord(reject));
    };
    const accepted = this.#pass(output, record, haveScalars, noteReject);
    for (const chunk of output.stream.render?.(accepted) ?? []) trip.settle(chunk);
    for (const reject of output.stream.takeRejects()) noteReject(output.counts, reject);
  }

  #write(output: OutputSlot, emitted: Records, haveScalars: boolean): void {
    const records = this.#pass(output, emitted, haveScalars, this.#options.noteReject);
    if (records.count === 0) return;
    const bytes = records.data.length;
    this.#backlog += bytes;
    this.#track(output, output.stream.write(records), bytes);
  }

  /** What goes to the output: the records that its schema allows, which are counted. */
  #pass(output: OutputSlot, emitted: Records, haveScalars: boolean, noteReject: NoteReject): Records {
    const { attached, counts, check, stream } = output;
    const { measures } = this.#options;
    const { slot } = attached;
    const records = stream.costs.validate.time(
      () =>
        check.accept(emitted, (record, flaw) => noteReject(counts, asReject(record, { ...flaw, slot, seqno: null })), {
          haveScalars,
        }),
      () => emitted.count,
    );
    if (records.count === 0) return records;
    const bytes = records.data.length;
    counts.records += records.count;
    counts.bytes += bytes;
    measures.flows.tell({ point: 'slot', slot, records: records.count, bytes });
    measures.trace(slot, () => `${records.count} records (${bytes} bytes) go to the output`);
    return records;
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
