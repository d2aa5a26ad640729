import { asFastScoreError, FastScoreError } from '../core/errors.ts';
import type { Reject } from '../core/records.ts';
import type { Crew, CrewOptions } from '../jets/crew.ts';
import type { Jet } from '../jets/jet.ts';
import type { BatchFrame } from '../jets/protocol.ts';
import type { ControlRecord } from '../streams/types.ts';
import { createDeferred } from '../util/deferred.ts';
import { settlesWithin } from '../util/settles-within.ts';
import { describeWork, tooLong } from './describe-work.ts';
import { Dispatcher } from './dispatcher.ts';
import type { Measures } from './measures.ts';
import type { RoundTrip } from './round-trips.ts';
import type { InputPlace, InputSlot, OutputSlot } from './slots.ts';
import type { Waits } from './waits.ts';

/** The model that takes over a run. */
export interface Successor {
  readonly jets: number;
  /** As in {@link RunOptions}. */
  readonly everyRecords: number | null;
  createCrew(hooks: CrewHooks): Crew;
  /** Called before the new model gets a record. */
  readonly onSwapped: () => void;
}

/** What a run asks of the crew it uses. */
export type CrewHooks = Pick<CrewOptions, 'emit' | 'onIdle' | 'onLeft' | 'onFailing' | 'onFailed' | 'joining'>;

export interface RunOptions {
  readonly measures: Measures;
  readonly waits: Waits;
  readonly inputs: ReadonlyMap<number, InputSlot>;
  readonly outputs: ReadonlyMap<number, OutputSlot>;
  /** Whether it goes on with the state of an interrupted run: then no `begin` may overwrite that. */
  readonly resumed: boolean;
  /** After so many input records `onTrigger` is called; null: never. */
  readonly everyRecords: number | null;
  /**
   * A point has come at which a snapshot is to be taken. Nothing new is dispatched until it resolves.
   * @param control the control record that asks for it; null when records were counted
   * @param barrier see {@link Run.barrier}
   */
  readonly onTrigger: (control: ControlRecord | null, barrier: () => Promise<void>) => Promise<void>;
  createCrew(hooks: CrewHooks): Crew;
  readonly onReject: (reject: Reject) => void;
  readonly onPigging: (on: boolean) => void;
  /** A pig could not be followed to the outputs; records flow on. */
  readonly onPigLost: (error: FastScoreError) => void;
  /** All inputs are at their end; jets still work. */
  readonly onFinishing: () => void;
  /** Ends the outputs; what goes wrong with their last bytes is told by their `onError`. */
  closeOutputs(): Promise<void>;
  /** Every jet has run `end`, and every output has taken what it was given and is closed. */
  readonly onDone: () => Promise<void>;
  /** The run is over; jets are still to be stopped with {@link Run.stop}. */
  readonly onFailed: (error: FastScoreError, batch: BatchFrame | null) => void;
}

/** How long jets may go on with what they have when the run has failed. */
const LAST_WORK_MS = 3000;

/** How long jets may take for what they have when others are to go on. */
const HAND_OVER_MS = 10_000;

/** One run of a job: from the moment the pipeline is complete until its inputs end, it fails or is stopped. */
export class Run {
  readonly #options: RunOptions;
  readonly #dispatcher: Dispatcher;
  #crew: Crew;
  /** The crew that is about to take over. */
  #joining: Crew | null = null;
  /** Settles when no model is being replaced. */
  #swapped: Promise<void> = Promise.resolve();
  /** Settles when no snapshot is about to be taken at a point of the input. */
  #triggered: Promise<void> = Promise.resolve();
  /** The inputs are at their end. */
  #ending = false;
  #over = false;

  constructor(options: RunOptions) {
    this.#options = options;
    this.#crew = options.createCrew(this.#hooks(options.resumed, (error) => this.fail(error, null)));
    this.#dispatcher = new Dispatcher({
      crew: this.#crew,
      measures: options.measures,
      inputs: options.inputs,
      outputs: options.outputs,
      onInputsEnded: () => void this.#finish().catch((error) => this.fail(error, null)),
      onPig: (control) => void this.#followPig(control).catch((error) => this.fail(error, null)),
      every: options.everyRecords,
      onCount: () => this.#trigger(null),
      onSnapshot: (control) => this.#trigger(control),
      onInputFailed: (error) => void this.#failBehind(error),
      onReject: options.onReject,
      onFailed: (error, batch) => this.fail(error as FastScoreError, batch),
    });
    this.#dispatcher.hold('starting');
    for (const input of options.inputs.values()) this.watch(input);
    for (const { stream } of options.outputs.values()) stream.onError((error) => this.fail(error, null));
  }

  get crew(): Crew {
    return this.#crew;
  }

  /** By slot, what has been read and is not in outputs or state yet, at a moment when no jet is at work. */
  get unread(): ReadonlyMap<number, InputPlace> {
    return this.#dispatcher.unread;
  }

  /** Whether the state holds every batch taken so far, whole. */
  get isWhole(): boolean {
    return this.#dispatcher.isWhole;
  }

  /** Whether a snapshot would wait for a batch for which one has waited too long already. */
  get isOverdue(): boolean {
    return this.#dispatcher.isOverdue;
  }

  /** Starts the jets. Resolves to true when all have finished `begin`, to false when the run is over before. */
  async start(jets: number): Promise<boolean> {
    const { waits } = this.#options;
    if (!(await waits.within('start', this.#crew.scale(jets)))) this.#failLate('start', 'The run has not started');
    return !this.#over;
  }

  /** Lets records flow. */
  open(): void {
    this.#dispatcher.unhold('starting');
  }

  /** @throws FastScoreError TIMED_OUT when that takes too long; jets go on to start or leave */
  async scale(jets: number, limitMs?: number): Promise<void> {
    const { waits } = this.#options;
    const crew = this.#joining ?? this.#crew;
    const scaled = crew.scale(jets);
    // Programs of surplus jets wait for records.
    this.#dispatcher.pump();
    if (await waits.within('scale', scaled, { limitMs })) return;
    const what = `There are ${crew.jets.length} jets in place of ${jets}`;
    throw tooLong(what, { limitMs: limitMs ?? waits.limitOf('scale'), jets: crew.jets.filter(isStartingOrLeaving) });
  }

  pause(): void {
    this.#dispatcher.hold('paused');
  }

  unpause(): void {
    this.#dispatcher.unhold('paused');
  }

  /** From now on records of this input are dispatched when they come. */
  watch({ stream }: InputSlot): void {
    stream.onReady(() => this.#dispatcher.pump());
    stream.onHandOver(() => void this.#handOver());
    this.#dispatcher.pump();
  }

  /** Gives the model a record whose client waits for what comes of it. */
  take(trip: RoundTrip): void {
    this.#dispatcher.take(trip);
  }

  /**
   * Calls `look` at a moment when no jet has a batch; nothing is dispatched meanwhile. It does not wait for readers of the outputs.
   * @throws FastScoreError as {@link barrier}
   */
  async atBarrier<T>(look: () => T, limitMs?: number): Promise<T> {
    this.#dispatcher.hold('snapshot');
    try {
      await this.barrier(limitMs);
      return look();
    } finally {
      this.#dispatcher.unhold('snapshot');
    }
  }

  /**
   * Resolves when no jet has a batch. Somebody must hold the dispatcher.
   * @throws FastScoreError TIMED_OUT when a jet takes too long, WRONG_STATE when the run ends before with a batch in hand
   */
  async barrier(limitMs?: number): Promise<void> {
    await this.#until(this.#dispatcher.idle(), { what: 'snapshot', subject: 'The snapshot', limitMs });
  }

  /**
   * Replaces the model: jets of the new one start while the old ones go on; these finish what they have and run `end`, and
   * programs come to the end of their inputs.
   * @throws FastScoreError when the new model fails to start, WRONG_STATE when the run ends before: then the old one stays
   */
  swap(successor: Successor): Promise<void> {
    const swapped = this.#swap(successor);
    this.#swapped = swapped.catch(() => {});
    return swapped;
  }

  async #swap({ createCrew, jets, everyRecords, onSwapped }: Successor): Promise<void> {
    const started = createDeferred<void>();
    let failed: (error: FastScoreError) => void = started.reject;
    const crew = createCrew(this.#hooks(true, (error) => failed(error)));
    this.#joining = crew;
    crew.scale(jets).then(started.resolve, started.reject);
    try {
      await started.promise;
      failed = (error) => this.fail(error, null);
      this.#dispatcher.hold('swap');
      await this.#until(this.#dispatcher.idle(), { what: 'model', subject: 'The new model' });
      if (!this.#over && !this.#ending && this.#crew.isExplicit) await this.#inTime(this.#dispatcher.endPrograms());
      if (this.#over || this.#ending) throw endedMeanwhile();
    } catch (error) {
      this.#joining = null;
      await crew.close();
      this.#dispatcher.unhold('swap');
      throw error;
    }
    const old = this.#crew;
    this.#crew = crew;
    this.#joining = null;
    this.#dispatcher.goOnWith(crew, everyRecords);
    await this.#inTime(old.end((result) => this.#dispatcher.outlet.deliver(result, null)));
    onSwapped();
    this.#dispatcher.unhold('swap');
  }

  fail(error: FastScoreError, batch: BatchFrame | null): void {
    if (this.#over) return;
    this.#over = true;
    this.#dispatcher.stop(error);
    this.#options.onFailed(error, batch);
  }

  /** Lets jets finish what they have: its state counts already, and so shall its outputs. After a while they are not waited for. */
  async settle(): Promise<void> {
    await settlesWithin(this.#crew.rest(), LAST_WORK_MS);
  }

  /** Stops the jets without `end`. What they have, and others would otherwise read again, they finish before, if they are quick. */
  async stop(): Promise<void> {
    const isTold = [...this.#options.inputs.values()].some(({ progress }) => progress !== null);
    if (isTold && !this.#over) {
      this.#dispatcher.hold('stopping');
      await settlesWithin(this.#dispatcher.idle(), LAST_WORK_MS);
    }
    this.#over = true;
    this.#dispatcher.stop(null);
    await Promise.all([this.#crew.close(), this.#joining?.close()]);
  }

  #hooks(joining: boolean, onFailed: (error: FastScoreError) => void): CrewHooks {
    return {
      joining,
      emit: () => this.#dispatcher.outlet.emit(),
      onIdle: () => this.#dispatcher.pump(),
      onLeft: (result) => this.#dispatcher.outlet.deliver(result, null),
      onFailing: (result, batch) => this.#dispatcher.outlet.deliver(result, batch),
      onFailed,
    };
  }

  async #finish(): Promise<void> {
    this.#ending = true;
    await this.#swapped;
    if (this.#over) return;
    this.#options.onFinishing();
    await this.#inTime(this.#drain());
    if (this.#over) return;
    this.#over = true;
    this.#dispatcher.stop(null);
    await this.#options.onDone();
  }

  /** Lets jets do what they have and run `end`, and outputs take what comes of it. */
  async #drain(): Promise<void> {
    await this.#dispatcher.quiet();
    await this.#triggered;
    if (this.#over) return;
    await this.#crew.end((result) => this.#dispatcher.outlet.deliver(result, null));
    await this.#dispatcher.quiet();
    if (this.#over) return;
    await this.#options.closeOutputs();
  }

  /** Others are about to go on with an input: what has been taken of it is dealt with and acknowledged before the outputs would do so. */
  async #handOver(): Promise<void> {
    const late = [...this.#options.outputs.values()].flatMap(({ stream: { hasten } }) =>
      hasten === null ? [] : [hasten],
    );
    if (late.length === 0) return;
    this.#dispatcher.hold('hand-over');
    await settlesWithin(this.#dispatcher.idle(), HAND_OVER_MS);
    this.#dispatcher.unhold('hand-over');
    await Promise.allSettled(late.map((hasten) => hasten()));
  }

  /** What an input gave before it failed is seen through first. */
  async #failBehind(error: FastScoreError): Promise<void> {
    this.#dispatcher.hold('failing');
    await this.#options.waits.within('end', this.#dispatcher.idle());
    this.fail(error, null);
  }

  #trigger(control: ControlRecord | null): void {
    this.#dispatcher.hold('trigger');
    this.#triggered = this.#options
      .onTrigger(control, () => this.barrier())
      .then(() => this.#dispatcher.unhold('trigger'))
      .catch((error) => this.fail(error, null));
  }

  async #followPig(control: ControlRecord): Promise<void> {
    this.#dispatcher.hold('pig');
    this.#options.onPigging(true);
    try {
      await this.#until(this.#dispatcher.quiet(), { what: 'pig', subject: 'A pig' });
      await Promise.all([...this.#options.outputs.values()].map(({ stream }) => stream.control(control)));
    } catch (error) {
      if (!this.#over) this.#options.onPigLost(asFastScoreError(error));
    }
    if (this.#over) return;
    this.#options.onPigging(false);
    this.#dispatcher.unhold('pig');
  }

  /** Waits until no jet has a batch, for something that is given up else. */
  async #until(
    quiet: Promise<void>,
    { what, subject, limitMs }: { what: 'snapshot' | 'pig' | 'model'; subject: string; limitMs?: number | undefined },
  ): Promise<void> {
    const { waits } = this.#options;
    const isInTime = await waits.within(what, quiet, { limitMs });
    const { jets } = this.#crew;
    if (!isInTime) {
      this.#dispatcher.markOverdue();
      throw tooLong(`${subject} has been given up`, { limitMs: limitMs ?? waits.limitOf(what), jets });
    }
    if (this.#dispatcher.isWhole) return;
    const work = describeWork(jets);
    throw new FastScoreError(
      'WRONG_STATE',
      `${subject} has been given up: the run has ended in the middle of a batch${work === '' ? '' : ` (${work})`}`,
    );
  }

  /** Waits for jets to come to their end; fails the run when that takes too long. */
  async #inTime(ending: Promise<void>): Promise<void> {
    if (!(await this.#options.waits.within('end', ending))) this.#failLate('end', 'The run has not come to its end');
  }

  #failLate(what: 'start' | 'end', sentence: string): void {
    const { waits } = this.#options;
    this.fail(tooLong(sentence, { limitMs: waits.limitOf(what), jets: this.#crew.jets }), null);
  }
}

const isStartingOrLeaving = ({ state }: Jet): boolean => state === 'starting' || state === 'ending';

function endedMeanwhile(): FastScoreError {
  return new FastScoreError('WRONG_STATE', 'The run has come to its end before the new model could take over', {
    hint: 'fastscore engine reset, then load the new model',
  });
}
