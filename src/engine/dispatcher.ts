import { emptyRecords, splitSets } from '../core/record-sets.ts';
import type { Records, Reject } from '../core/records.ts';
import type { Crew } from '../jets/crew.ts';
import type { Jet, JetResult } from '../jets/jet.ts';
import type { BatchFrame, EmitForms } from '../jets/protocol.ts';
import type { RefuseRecord } from '../schema/record-check.ts';
import { asReject } from '../streams/reject.ts';
import type { ControlRecord, InputItem } from '../streams/types.ts';
import { BatchSizer } from './batch-sizer.ts';
import type { Measures } from './measures.ts';
import { Programs } from './programs.ts';
import type { InputSlot, OutputSlot, SlotCounts } from './slots.ts';

/** Why nothing is dispatched at the moment; several reasons may hold at once. */
export type Hold = 'starting' | 'paused' | 'snapshot' | 'trigger' | 'pig' | 'swap';

export interface DispatcherOptions {
  readonly crew: Crew;
  readonly measures: Measures;
  readonly inputs: ReadonlyMap<number, InputSlot>;
  readonly outputs: ReadonlyMap<number, OutputSlot>;
  /** Every input is at its end. Called once. */
  readonly onInputsEnded: () => void;
  readonly onPig: (control: ControlRecord) => void;
  /** After so many input records `onCount` is called, exactly (but for record sets, which stay whole); null: never. */
  readonly every: number | null;
  readonly onCount: () => void;
  readonly onSnapshot: (control: ControlRecord) => void;
  readonly onReject: (reject: Reject) => void;
  readonly onFailed: (error: Error, batch: BatchFrame | null) => void;
}

/** Bytes handed to outputs that have not taken them yet: beyond it jets get no more work. */
const OUTPUT_BACKLOG = 4 * 1024 * 1024;

/**
 * Moves batches from input slots to idle jets and results to output slots. It is driven by two events, a jet that
 * becomes idle and a stream that becomes ready, and does as much as can be done without waiting each time.
 */
export class Dispatcher {
  crew: Crew;
  readonly #options: DispatcherOptions;
  readonly #measures: Measures;
  /** With the time since when each holds. */
  readonly #holds = new Map<Hold, number>();
  readonly #sizer = new BatchSizer();
  readonly #inFlight = new Set<BatchFrame>();
  /** Batches whose jet died: they come before anything new. */
  readonly #again: BatchFrame[] = [];
  readonly #writes = new Set<Promise<void>>();
  #backlog = 0;
  #nextId = 1;
  /** Records dispatched since `onCount` was called. */
  #counted = 0;
  #turn = 0;
  #inputsEnded = false;
  #stopped = false;
  #quietWaiters: (() => void)[] = [];
  readonly #programs: Programs;

  constructor(options: DispatcherOptions) {
    this.#options = options;
    this.crew = options.crew;
    this.#measures = options.measures;
    this.#programs = new Programs({
      crew: () => this.crew,
      emit: () => this.emit(),
      next: (slot) => this.#nextOf(slot),
      hasRoom: () => this.#backlog < OUTPUT_BACKLOG && !this.#stopped,
      isHeld: () => this.#holds.size > 0,
      deliver: (result, batch) => {
        if (!this.#stopped) this.deliver(result, batch);
      },
      onLost: (batch) => this.#again.push(batch),
      onRest: () => this.#rested(),
      onFailed: (error, batch) => {
        if (!this.#stopped) options.onFailed(error, batch);
      },
    });
  }

  hold(reason: Hold): void {
    this.#holds.set(reason, performance.now());
    this.#measures.trace(null, () => `nothing is dispatched: ${reason}`);
  }

  unhold(reason: Hold): void {
    const since = this.#holds.get(reason);
    this.#holds.delete(reason);
    if (since !== undefined && (reason === 'snapshot' || reason === 'trigger')) {
      this.#measures.paused(performance.now() - since);
    }
    this.#measures.trace(null, () => `no longer held: ${reason}`);
    this.pump();
  }

  /** Nothing is dispatched or delivered any more; who waits for quiet goes on. */
  stop(): void {
    this.#stopped = true;
    this.#wakeQuiet();
  }

  /** Forms wanted on the output slots, as their streams are attached now. */
  emit(): EmitForms {
    const forms: Record<number, Records['form']> = {};
    for (const [slot, { stream }] of this.#options.outputs) forms[slot] = stream.form;
    return forms;
  }

  /** Does whatever can be done now. */
  pump(): void {
    if (this.crew.isExplicit) {
      this.#pumpPrograms();
      return;
    }
    while (!this.#stopped && this.#backlog < OUTPUT_BACKLOG) {
      const jet = this.crew.takeIdle();
      if (jet === undefined) return;
      // What was taken is finished under every hold: a snapshot or a pig must not leave a batch behind.
      const batch = this.#again.shift() ?? this.#nextBatch();
      if (batch === undefined) {
        this.crew.putBack(jet);
        return;
      }
      void this.#run(jet, batch);
      this.#tellCount();
    }
  }

  /** Resolves when every batch taken so far is done, and what came of it is on its way to the outputs. */
  async idle(): Promise<void> {
    if (!this.#isQuiet && !this.#stopped) await new Promise<void>((resolve) => this.#quietWaiters.push(resolve));
  }

  /** Resolves when every batch taken so far is done and every output has taken what it was given. */
  async quiet(): Promise<void> {
    await this.idle();
    await Promise.all(this.#writes);
  }

  get #isQuiet(): boolean {
    if (!this.crew.isExplicit) return this.#inFlight.size === 0 && this.#again.length === 0;
    // Once all inputs are at their end, what there is to wait for is the end of the programs.
    const isDone = this.#inputsEnded ? this.#programs.running === 0 : this.#programs.atRest;
    return isDone && this.#again.length === 0;
  }

  /** Writes what a jet emitted. */
  deliver(result: JetResult, batch: BatchFrame | null): void {
    for (const { slot, records, sets } of result.outputs) {
      const output = this.#options.outputs.get(slot);
      if (output === undefined) continue;
      for (const set of sets === null ? [records] : splitSets(records, sets)) {
        if (set.count > 0) this.#write(output, set);
        if (sets !== null) this.#track(output, output.stream.control({ kind: 'set' }), 0);
      }
    }
    for (const { side, index, slot, text, reason } of result.rejected) {
      const seqno = side === 'in' && batch !== null ? batch.seqno + index : null;
      const counts = (side === 'in' ? this.#options.inputs : this.#options.outputs).get(slot)?.counts;
      if (counts !== undefined) this.#reject(counts, { by: 'encoding', slot, seqno, text, reason });
    }
  }

  async #run(jet: Jet, batch: BatchFrame): Promise<void> {
    this.#inFlight.add(batch);
    this.#measures.trace(batch.slot, () => `batch ${batch.id} goes to jet ${jet.number}`);
    // Waiting for a key is not a reason for smaller batches: nobody else could do the records earlier.
    const since = performance.now() - jet.waitedMs;
    try {
      const result = await this.crew.run(jet, batch);
      if (this.#stopped) return;
      if (result === null) {
        this.#again.push(batch);
        this.#measures.trace(batch.slot, () => `batch ${batch.id} goes to another jet: jet ${jet.number} is gone`);
      } else {
        this.#sizer.measured(batch.records.count, performance.now() - jet.waitedMs - since);
        this.#measures.trace(batch.slot, () => `batch ${batch.id} is done`);
        this.deliver(result, batch);
      }
    } catch (error) {
      if (!this.#stopped) this.#options.onFailed(error as Error, batch);
      return;
    } finally {
      this.#inFlight.delete(batch);
    }
    if (this.#isQuiet) this.#wakeQuiet();
    this.crew.free(jet);
    this.pump();
  }

  #pumpPrograms(): void {
    if (this.#stopped) return;
    while (this.#holds.size === 0 || this.#again.length > 0) {
      const jet = this.crew.takeIdle();
      if (jet === undefined) break;
      void this.#programs.run(jet);
    }
    this.#programs.serve();
    this.#tellCount();
  }

  /** A program waits for something, or has ended. */
  #rested(): void {
    if (this.#stopped) return;
    // What nobody has read when all programs are through is not wanted.
    if (this.#programs.through) this.#endInputs();
    if (this.#isQuiet) this.#wakeQuiet();
    queueMicrotask(() => this.pump());
  }

  #nextOf(slot: number): BatchFrame | 'eof' | undefined {
    const again = this.#again.findIndex((batch) => batch.slot === slot);
    if (again >= 0) return this.#again.splice(again, 1)[0];
    const input = this.#options.inputs.get(slot);
    while (this.#holds.size === 0) {
      if (input === undefined || input.stream.ended) return 'eof';
      const item = input.stream.take(this.#limit);
      for (const reject of input.stream.takeRejects()) this.#reject(input.counts, reject);
      if (item === undefined) return undefined;
      const batch = this.#consider(input, item);
      if (batch !== undefined) return batch;
    }
    return undefined;
  }

  #endInputs(): void {
    if (this.#inputsEnded) return;
    this.#inputsEnded = true;
    this.#options.onInputsEnded();
  }

  #reject(counts: SlotCounts, reject: Reject): void {
    counts.rejects.add(reject);
    this.#measures.trace(reject.slot, () => `a record is rejected by ${reject.by}: ${reject.reason}`);
    this.#options.onReject(reject);
  }

  #wakeQuiet(): void {
    for (const resolve of this.#quietWaiters.splice(0)) resolve();
  }

  #nextBatch(): BatchFrame | undefined {
    const inputs = [...this.#options.inputs.values()];
    for (let tried = 0; tried < inputs.length && this.#holds.size === 0; ) {
      const input = inputs[this.#turn % inputs.length] as InputSlot;
      const item = input.stream.ended ? undefined : input.stream.take(this.#limit);
      for (const reject of input.stream.takeRejects()) this.#reject(input.counts, reject);
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

  get #limit(): number {
    const { every } = this.#options;
    return every === null ? this.#sizer.limit : Math.min(this.#sizer.limit, every - this.#counted);
  }

  /** Only when the batch that makes the count full is in flight: whoever is told waits until it is done. */
  #tellCount(): void {
    const { every, onCount } = this.#options;
    if (every === null || this.#counted < every) return;
    this.#counted = 0;
    onCount();
  }

  #consider(input: InputSlot, item: InputItem): BatchFrame | undefined {
    // A `set` that closes nothing is an empty record set.
    const isEmptySet = item.kind === 'control' && item.control.kind === 'set' && input.recordsets;
    if (isEmptySet) {
      input.position = item.position;
      return this.#batch(input, emptyRecords(input.stream.form));
    }
    if (item.kind === 'batch') {
      const { counts } = input;
      const seqno = counts.records + 1;
      const { validate } = input.stream.costs;
      const refuse = this.#refuse(input, seqno);
      const records = validate.time(
        () => input.check.accept(item.records, refuse),
        () => item.records.count,
      );
      input.position = item.position;
      return records.count === 0 ? undefined : this.#batch(input, records);
    }
    if (item.kind === 'control') {
      input.position = item.position;
      this.#measures.trace(input.attached.slot, () => `control record: ${item.control.kind}`);
      if (item.control.kind === 'pig') this.#options.onPig(item.control);
      if (item.control.kind === 'snapshot') this.#options.onSnapshot(item.control);
      return undefined;
    }
    this.#measures.trace(input.attached.slot, () => 'end of the input');
    if ([...this.#options.inputs.values()].every(({ stream }) => stream.ended)) this.#endInputs();
    return undefined;
  }

  #batch({ counts, attached: { slot } }: InputSlot, records: Records): BatchFrame {
    const seqno = counts.records + 1;
    const bytes = records.data.length;
    counts.records += records.count;
    counts.bytes += bytes;
    this.#counted += records.count;
    const id = this.#nextId++;
    this.#measures.flows.tell({ point: 'slot', slot, records: records.count, bytes });
    this.#measures.trace(
      slot,
      () => `batch ${id} has ${records.count} records (${bytes} bytes) from record ${seqno} on`,
    );
    return { t: 'batch', id, slot, seqno, records, emit: this.emit() };
  }

  /** @param first number of the first record of an input; null for outputs, whose records have none */
  #refuse({ attached: { slot }, counts }: InputSlot | OutputSlot, first: number | null): RefuseRecord {
    return (record, flaw, kept) =>
      this.#reject(counts, asReject(record, { ...flaw, slot, seqno: first === null ? null : first + kept }));
  }

  #write(output: OutputSlot, emitted: Records): void {
    const { validate } = output.stream.costs;
    const refuse = this.#refuse(output, null);
    const records = validate.time(
      () => output.check.accept(emitted, refuse),
      () => emitted.count,
    );
    if (records.count === 0) return;
    const size = records.data.length;
    this.#backlog += size;
    output.counts.records += records.count;
    output.counts.bytes += size;
    const { slot } = output.attached;
    this.#measures.flows.tell({ point: 'slot', slot, records: records.count, bytes: size });
    this.#measures.trace(slot, () => `${records.count} records (${size} bytes) go to the output`);
    this.#track(output, output.stream.write(records), size);
  }

  #track(output: OutputSlot, writing: Promise<unknown>, size: number): void {
    const write: Promise<void> = writing
      .catch((error) => this.#options.onFailed(error as Error, null))
      .then(() => {
        for (const reject of output.stream.takeRejects()) this.#reject(output.counts, reject);
        this.#writes.delete(write);
        this.#backlog -= size;
        if (this.#backlog < OUTPUT_BACKLOG) this.pump();
      });
    this.#writes.add(write);
  }
}
