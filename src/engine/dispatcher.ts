import type { FastScoreError } from '../core/errors.ts';
import type { Reject } from '../core/records.ts';
import type { Crew } from '../jets/crew.ts';
import type { Jet } from '../jets/jet.ts';
import type { BatchFrame } from '../jets/protocol.ts';
import type { ControlRecord } from '../streams/types.ts';
import { BatchSizer } from './batch-sizer.ts';
import type { Hold } from './holds.ts';
import { Holds } from './holds.ts';
import { Intake } from './intake.ts';
import type { Measures } from './measures.ts';
import { createNoteReject } from './note-reject.ts';
import { Outlet } from './outlet.ts';
import { Programs } from './programs.ts';
import type { RoundTrip } from './round-trips.ts';
import { RoundTrips, replaced } from './round-trips.ts';
import type { InputPlace, InputSlot, OutputSlot } from './slots.ts';

export interface DispatcherOptions {
  readonly crew: Crew;
  readonly measures: Measures;
  readonly inputs: ReadonlyMap<number, InputSlot>;
  readonly outputs: ReadonlyMap<number, OutputSlot>;
  /** Every input is at its end. Called once. */
  readonly onInputsEnded: () => void;
  readonly onPig: (control: ControlRecord) => void;
  /** See {@link Intake.countTo}. */
  readonly every: number | null;
  readonly onCount: () => void;
  readonly onSnapshot: (control: ControlRecord) => void;
  /** An input has failed, and all that it gave before has been taken. */
  readonly onInputFailed: (error: FastScoreError) => void;
  readonly onReject: (reject: Reject) => void;
  readonly onFailed: (error: Error, batch: BatchFrame | null) => void;
}

/**
 * Moves batches from input slots to idle jets and results to output slots. It is driven by two events, a jet that
 * becomes idle and a stream that becomes ready, and does as much as can be done without waiting each time.
 *
 * | what is true | what is dispatched |
 * | --- | --- |
 * | nothing holds, the outputs have room | batches of dead jets, then new ones |
 * | a hold, the outputs have room | batches of dead jets |
 * | the outputs have no room | nothing; the write that makes room pumps |
 * | stopped | nothing, for good; what jets still hand in is delivered, as it counts in the state |
 */
export class Dispatcher {
  crew: Crew;
  readonly outlet: Outlet;
  readonly #options: DispatcherOptions;
  readonly #holds: Holds;
  readonly #intake: Intake;
  readonly #programs: Programs;
  readonly #sizer = new BatchSizer();
  readonly #roundTrips = new RoundTrips();
  readonly #inFlight = new Set<BatchFrame>();
  /** Batches whose jet died: they come before anything new. */
  readonly #again: BatchFrame[] = [];
  #stopped = false;
  /** A batch has been given up whose changes may be in the state in part. */
  #isTorn = false;
  /** Batches that somebody has waited for too long. */
  #overdue: BatchFrame[] = [];
  /** The programs of the crew end, while the run goes on. */
  #replacing = false;
  #quietWaiters: (() => void)[] = [];

  constructor(options: DispatcherOptions) {
    const { measures, inputs, outputs } = options;
    this.#options = options;
    this.crew = options.crew;
    this.#holds = new Holds(measures);
    const noteReject = createNoteReject(measures, options.onReject);
    this.outlet = new Outlet({
      measures,
      inputs,
      outputs,
      roundTrips: this.#roundTrips,
      noteReject,
      onRoom: () => this.pump(),
      onFailed: (error) => options.onFailed(error, null),
    });
    this.#intake = new Intake({
      measures,
      inputs,
      roundTrips: this.#roundTrips,
      noteReject,
      limit: () => this.#sizer.limit,
      isHeld: () => this.#holds.any,
      emit: () => this.outlet.emit(),
      every: options.every,
      onCount: options.onCount,
      onPig: options.onPig,
      onSnapshot: options.onSnapshot,
      onInputFailed: options.onInputFailed,
      onEnded: options.onInputsEnded,
    });
    this.#programs = new Programs({
      crew: () => this.crew,
      emit: () => this.outlet.emit(),
      next: (slot) => this.#nextOf(slot),
      hasRoom: () => this.outlet.hasRoom && !this.#stopped,
      hasInputs: () => inputs.size > 0,
      isHeld: () => this.#holds.any,
      deliver: (result, batch) => this.outlet.deliver(result, batch),
      onDone: (batch, outputs) => this.#intake.done(batch, outputs),
      onLost: (batch) => this.#again.push(batch),
      onRest: () => this.#rested(),
      onFailed: (error, batch) => {
        this.#isTorn = true;
        if (!this.#stopped) options.onFailed(error, batch);
      },
    });
  }

  /** By slot, where the first batch begins that a program has read and done nothing with yet. */
  get unread(): ReadonlyMap<number, InputPlace> {
    const found = new Map<number, InputPlace>();
    for (const batch of this.#programs.inHand) {
      const place = this.#intake.placeOf(batch);
      if (place.records < (found.get(batch.slot)?.records ?? Number.POSITIVE_INFINITY)) found.set(batch.slot, place);
    }
    return found;
  }

  hold(reason: Hold): void {
    this.#holds.add(reason);
  }

  unhold(reason: Hold): void {
    this.#holds.remove(reason);
    this.pump();
  }

  /** Takes care of a record whose client waits. Those that come while no jet is idle go together. */
  take(trip: RoundTrip): void {
    this.#roundTrips.add(trip);
    this.pump();
  }

  /** Nothing is dispatched any more; who waits for quiet goes on. @param failure why; null: the run is over */
  stop(failure: FastScoreError | null): void {
    this.#stopped = true;
    this.#roundTrips.close(failure);
    this.#wakeQuiet();
  }

  /** Goes on with the jets of another model, which has a count of its own. */
  goOnWith(crew: Crew, every: number | null): void {
    this.crew = crew;
    if (crew.isExplicit) this.#roundTrips.close(replaced());
    this.#intake.countTo(every);
  }

  /** Tells the programs of the crew that their inputs are at their end. Resolves when they are through: then another crew may come. */
  async endPrograms(): Promise<void> {
    this.#replacing = true;
    await this.crew.scale(0);
    this.pump();
    await this.idle();
    this.#programs.replaced();
    this.#replacing = false;
  }

  /** Does whatever can be done now. */
  pump(): void {
    if (this.crew.isExplicit) {
      this.#pumpPrograms();
      return;
    }
    while (!this.#stopped && this.outlet.hasRoom) {
      const jet = this.crew.takeIdle();
      if (jet === undefined) return;
      // What was taken is finished under every hold: a snapshot or a pig must not leave a batch behind.
      const batch = this.#again.shift() ?? this.#intake.next();
      if (batch === undefined) {
        this.crew.putBack(jet);
        return;
      }
      void this.#run(jet, batch);
      this.#intake.tellCount();
    }
  }

  /** Resolves when every batch taken so far is done, and what came of it is on its way to the outputs. */
  async idle(): Promise<void> {
    if (!this.#isQuiet && !this.#stopped) await new Promise<void>((resolve) => this.#quietWaiters.push(resolve));
  }

  /** Resolves when every batch taken so far is done and every output has taken what it was given. */
  async quiet(): Promise<void> {
    await this.idle();
    await this.outlet.written();
  }

  /** Whether the state holds every batch taken so far, whole: not when a run has ended with one in hand. */
  get isWhole(): boolean {
    return this.#isQuiet && !this.#isTorn;
  }

  /** Batches that jets have now are known to take too long. */
  markOverdue(): void {
    this.#overdue = [...this.#inFlight];
  }

  /** Whether a jet still has a batch that takes too long. */
  get isOverdue(): boolean {
    this.#overdue = this.#overdue.filter((batch) => this.#inFlight.has(batch));
    return this.#overdue.length > 0;
  }

  get #isQuiet(): boolean {
    if (!this.crew.isExplicit) return this.#inFlight.size === 0 && this.#again.length === 0;
    // What a jet that has died leaves behind is for those that come.
    if (this.#replacing) return this.#programs.running === 0;
    // Once all inputs are at their end, what there is to wait for is the end of the programs.
    const isDone = this.#intake.ended ? this.#programs.running === 0 : this.#programs.atRest;
    return isDone && this.#again.length === 0;
  }

  async #run(jet: Jet, batch: BatchFrame): Promise<void> {
    const { measures, onFailed } = this.#options;
    this.#inFlight.add(batch);
    measures.trace(batch.slot, () => `batch ${batch.id} goes to jet ${jet.number}`);
    // Waiting for a key is not a reason for smaller batches: nobody else could do the records earlier.
    const since = performance.now() - jet.counts.waitedMs;
    try {
      const result = await this.crew.run(jet, batch);
      if (result === null) {
        this.#isTorn ||= this.#stopped;
        if (this.#stopped) return;
        this.#again.push(batch);
        measures.trace(batch.slot, () => `batch ${batch.id} goes to another jet: jet ${jet.number} is gone`);
      } else {
        this.#sizer.measured(batch.records.count, performance.now() - jet.counts.waitedMs - since);
        measures.trace(batch.slot, () => `batch ${batch.id} is done`);
        const outputs = this.outlet.deliver(result, batch);
        this.outlet.conclude(batch);
        this.#intake.done(batch, outputs);
      }
    } catch (error) {
      this.#isTorn = true;
      if (!this.#stopped) onFailed(error as Error, batch);
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
    while (!this.#holds.any || this.#again.length > 0) {
      const jet = this.crew.takeIdle();
      if (jet === undefined) break;
      void this.#programs.run(jet);
    }
    this.#programs.serve();
    this.#intake.tellCount();
  }

  /** A program waits for something, or has ended. */
  #rested(): void {
    if (this.#stopped) return;
    // What nobody has read when all programs are through is not wanted.
    if (this.#programs.through && !this.#replacing) {
      this.#again.length = 0;
      this.#intake.end();
    }
    if (this.#isQuiet) this.#wakeQuiet();
    queueMicrotask(() => this.pump());
  }

  #nextOf(slot: number): BatchFrame | 'eof' | undefined {
    const again = this.#again.findIndex((batch) => batch.slot === slot);
    return again >= 0 ? this.#again.splice(again, 1)[0] : this.#intake.nextOf(slot);
  }

  #wakeQuiet(): void {
    for (const resolve of this.#quietWaiters.splice(0)) resolve();
  }
}
