import type { FastScoreError } from '../core/errors.ts';
import { emptyRecords } from '../core/record-sets.ts';
import type { Records, Reject } from '../core/records.ts';
import { joinRecords } from '../core/records.ts';
import type { BatchFrame, EmitForms } from '../jets/protocol.ts';
import { asReject } from '../streams/reject.ts';
import type { ControlRecord, InputItem, OutputStream } from '../streams/types.ts';
import type { InputProgress, Piece } from './input-progress.ts';
import type { Measures } from './measures.ts';
import type { NoteReject } from './note-reject.ts';
import { refusedRecord } from './refused-record.ts';
import type { RoundTrip, RoundTrips } from './round-trips.ts';
import { replaced } from './round-trips.ts';
import type { InputPlace, InputSlot } from './slots.ts';

export interface IntakeOptions {
  readonly measures: Measures;
  readonly inputs: ReadonlyMap<number, InputSlot>;
  readonly roundTrips: RoundTrips;
  readonly noteReject: NoteReject;
  /** How many records a batch may hold. */
  limit(): number;
  /** Whether nothing new is to be taken: a control record may bring that about. */
  isHeld(): boolean;
  /** Forms wanted on the output slots. */
  emit(): EmitForms;
  /** See {@link Intake.countTo}. */
  readonly every: number | null;
  readonly onCount: () => void;
  readonly onPig: (control: ControlRecord) => void;
  readonly onSnapshot: (control: ControlRecord) => void;
  /** An input has failed, and all that it gave before has been taken. */
  readonly onInputFailed: (error: FastScoreError) => void;
  /** Every input is at its end. Called once. */
  readonly onEnded: () => void;
}

/** Takes records from the input slots as numbered, checked batches, and follows the control records between them. */
export class Intake {
  readonly #options: IntakeOptions;
  #nextId = 1;
  #every: number | null;
  /** Records taken since `onCount` was called. */
  #counted = 0;
  /** Which slot is asked first. */
  #turn = 0;
  /** Whether round trips are asked before the slots: they take turns, too. */
  #asksTrips = true;
  #ended = false;
  /** Where the batches of programs begin. */
  readonly #places = new WeakMap<BatchFrame, InputPlace>();
  /** What batches are to inputs that are told how far they have been used. */
  readonly #pieces = new WeakMap<BatchFrame, { readonly progress: InputProgress; readonly piece: Piece }>();

  constructor(options: IntakeOptions) {
    this.#options = options;
    this.#every = options.every;
  }

  /** After so many input records from now on `onCount` is called, exactly (but for record sets, which stay whole); null: never. */
  countTo(every: number | null): void {
    this.#every = every;
    this.#counted = 0;
  }

  /** Whether nothing will come any more. */
  get ended(): boolean {
    return this.#ended;
  }

  /** What the slots and the round trips have now; they take turns. undefined: nothing. */
  next(): BatchFrame | undefined {
    const tripsFirst = this.#asksTrips;
    this.#asksTrips = !tripsFirst;
    return tripsFirst ? (this.#nextOfTrips() ?? this.#nextOfSlots()) : (this.#nextOfSlots() ?? this.#nextOfTrips());
  }

  /** Records of round trips that wait, in one batch; undefined: none. */
  #nextOfTrips(): BatchFrame | undefined {
    const { inputs, roundTrips, isHeld } = this.#options;
    while (roundTrips.isWaiting && !isHeld()) {
      const waiting = roundTrips.take(this.#limit);
      const input = inputs.get(waiting[0]?.from ?? -1);
      if (input === undefined || input.recordsets) {
        for (const trip of waiting) trip.fail(replaced());
        continue;
      }
      const fits = (trip: RoundTrip): boolean =>
        this.#check(input, trip.records, (reject) => trip.fail(refusedRecord(reject))).count > 0;
      const trips = waiting.filter(fits);
      if (trips.length === 0) continue;
      const batch = this.#batch(input, joinRecords(trips.map(({ records }) => records)), trips.length > 1);
      roundTrips.sent(batch.id, trips);
      return batch;
    }
    return undefined;
  }

  #nextOfSlots(): BatchFrame | undefined {
    const inputs = [...this.#options.inputs.values()];
    for (let tried = 0; tried < inputs.length && !this.#options.isHeld(); ) {
      const input = inputs[this.#turn % inputs.length] as InputSlot;
      const item = input.stream.ended ? undefined : this.#take(input);
      if (item === undefined) {
        this.#turn += 1;
        tried += 1;
        continue;
      }
      const batch = this.#consider(input, item);
      if (batch !== undefined) {
        this.#turn += 1;
        return batch;
      }
    }
    return undefined;
  }

  /** What one slot has now; undefined: nothing. */
  nextOf(slot: number): BatchFrame | 'eof' | undefined {
    const input = this.#options.inputs.get(slot);
    while (!this.#options.isHeld()) {
      if (input === undefined || input.stream.ended) return 'eof';
      const place = { records: input.counts.records, position: input.position };
      const item = this.#take(input);
      if (item === undefined) return undefined;
      const batch = this.#consider(input, item);
      if (batch === undefined) continue;
      this.#places.set(batch, place);
      return batch;
    }
    return undefined;
  }

  /** Where a batch that {@link Intake.nextOf} has given begins. */
  placeOf(batch: BatchFrame): InputPlace {
    return this.#places.get(batch)!;
  }

  /** A batch is dealt with. @param outputs that have been given something that came of it */
  done(batch: BatchFrame, outputs: readonly OutputStream[]): void {
    const found = this.#pieces.get(batch);
    found?.progress.done(found.piece, outputs);
  }

  /** Nothing more is wanted, or there. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#options.onEnded();
  }

  /** To be called when the batch that makes the count full is in flight: whoever is told waits until it is done. */
  tellCount(): void {
    if (this.#every === null || this.#counted < this.#every) return;
    this.#counted = 0;
    this.#options.onCount();
  }

  get #limit(): number {
    const limit = this.#options.limit();
    return this.#every === null ? limit : Math.min(limit, this.#every - this.#counted);
  }

  #take(input: InputSlot): InputItem | undefined {
    const { stream, numbers } = input;
    const item = stream.take(this.#limit);
    for (const reject of stream.takeRejects()) {
      const { seqno, records = 1 } = reject;
      this.#leaveOut(input, { ...reject, seqno: seqno === null ? null : numbers.leftOut(seqno, records) });
    }
    return item;
  }

  #leaveOut({ counts }: InputSlot, reject: Reject): void {
    counts.leftOut += reject.records ?? 1;
    this.#options.noteReject(counts, reject);
  }

  #consider(input: InputSlot, item: InputItem): BatchFrame | undefined {
    const { measures, inputs, onInputFailed } = this.#options;
    const { slot } = input.attached;
    if (item.kind === 'failure') {
      onInputFailed(item.error);
      return undefined;
    }
    if (item.kind === 'eof') {
      measures.trace(slot, () => 'end of the input');
      if (item.position !== undefined) input.progress?.pass(item.position);
      if ([...inputs.values()].every(({ stream }) => stream.ended)) this.end();
      return undefined;
    }
    input.position = item.position;
    const batch = item.kind === 'batch' ? this.#checked(input, item.records) : this.#follow(input, item.control);
    const { progress } = input;
    if (batch === undefined) progress?.pass(item.position);
    else if (progress !== null) this.#pieces.set(batch, { progress, piece: progress.take(item.position) });
    return batch;
  }

  #follow(input: InputSlot, control: ControlRecord): BatchFrame | undefined {
    const { measures, onPig, onSnapshot } = this.#options;
    const { slot } = input.attached;
    // A `set` that closes nothing is an empty record set.
    if (control.kind === 'set' && input.recordsets) return this.#batch(input, emptyRecords(input.stream.form));
    measures.trace(slot, () => `control record: ${control.kind}`);
    if (control.kind === 'pig') onPig(control);
    if (control.kind === 'snapshot') onSnapshot(control);
    return undefined;
  }

  #checked(input: InputSlot, taken: Records): BatchFrame | undefined {
    const records = this.#check(input, taken);
    return records.count === 0 ? undefined : this.#batch(input, records);
  }

  #check(input: InputSlot, taken: Records, onReject?: (reject: Reject) => void): Records {
    const { attached, check, stream, numbers } = input;
    const numberAt = numbers.taken(taken.count);
    return stream.costs.validate.time(
      () =>
        check.accept(taken, (record, flaw, index) => {
          const reject = asReject(record, { ...flaw, slot: attached.slot, seqno: numberAt(index) });
          this.#leaveOut(input, reject);
          onReject?.(reject);
        }),
      () => taken.count,
    );
  }

  #batch({ counts, attached: { slot } }: InputSlot, records: Records, origins = false): BatchFrame {
    const { measures, emit } = this.#options;
    const seqno = counts.records + 1;
    const bytes = records.data.length;
    counts.records += records.count;
    counts.bytes += bytes;
    this.#counted += records.count;
    const id = this.#nextId++;
    measures.flows.tell({ point: 'slot', slot, records: records.count, bytes });
    measures.trace(slot, () => `batch ${id} has ${records.count} records (${bytes} bytes) from record ${seqno} on`);
    return { t: 'batch', id, slot, seqno, records, emit: emit(), origins };
  }
}
