import { FastScoreError } from '../core/errors.ts';
import type { Reject } from '../core/records.ts';
import type { Crew, CrewOptions } from '../jets/crew.ts';
import type { BatchFrame } from '../jets/protocol.ts';
import type { ControlRecord } from '../streams/types.ts';
import { createDeferred } from '../util/deferred.ts';
import { settlesWithin } from '../util/settles-within.ts';
import { Dispatcher } from './dispatcher.ts';
import type { Measures } from './measures.ts';
import type { RoundTrip } from './round-trips.ts';
import type { InputPlace, InputSlot, OutputSlot } from './slots.ts';

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
  readonly inputs: ReadonlyMap<number, InputSlot>;
  readonly outputs: ReadonlyMap<number, OutputSlot>;
  /** Whether it goes on with the state of an interrupted run: then no `begin` may overwrite that. */
  readonly resumed: boolean;
  /** After so many input records `onTrigger` is called; null: never. */
  readonly everyRecords: number | null;
  /**
   * A point has come at which a snapshot is to be taken: no jet has a batch. Nothing is dispatched until it resolves.
   * @param control the control record that asks for it; null when records were counted
   */
  readonly onTrigger: (control: ControlRecord | null) => Promise<void>;
  createCrew(hooks: CrewHooks): Crew;
  readonly onReject: (reject: Reject) => void;
  readonly onPigging: (on: boolean) => void;
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

/** One run of a job: from the moment the pipeline is complete until its inputs end, it fails or is stopped. */
export class Run {
  readonly #options: RunOptions;
  readonly #dispatcher: Dispatcher;
  #crew: Crew;
  /** The crew that is about to take over. */
  #joining: Crew | null = null;
  /** Settles when no model is being replaced. */
  #swapped: Promise<void> = Promise.resolve();
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
      onCount: () => void this.#trigger(null).catch((error) => this.fail(error, null)),
      onSnapshot: (control) => void this.#trigger(control).catch((error) => this.fail(error, null)),
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

  /** Starts the jets. Resolves to true when all have finished `begin`, to false when the run is over before. */
  async start(jets: number): Promise<boolean> {
    await this.#crew.scale(jets);
    return !this.#over;
  }

  /** Lets records flow. */
  open(): void {
    this.#dispatcher.unhold('starting');
  }

  scale(jets: number): Promise<void> {
    const scaled = (this.#joining ?? this.#crew).scale(jets);
    // Programs of surplus jets wait for records.
    this.#dispatcher.pump();
    return scaled;
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
    this.#dispatcher.pump();
  }

  /** Gives the model a record whose client waits for what comes of it. */
  take(trip: RoundTrip): void {
    this.#dispatcher.take(trip);
  }

  /**
   * Calls `look` (also when the run fails before) at a moment when no jet has a batch; nothing is dispatched meanwhile. It
   * does not wait for readers of the outputs.
   */
  async atBarrier<T>(look: () => T): Promise<T> {
    this.#dispatcher.hold('snapshot');
    try {
      await this.#dispatcher.idle();
      return look();
    } finally {
      this.#dispatcher.unhold('snapshot');
    }
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
      await this.#dispatcher.idle();
      if (!this.#over && !this.#ending && this.#crew.isExplicit) await this.#dispatcher.endPrograms();
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
    await old.end((result) => this.#dispatcher.outlet.deliver(result, null));
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

  /** Stops the jets without `end`. */
  async stop(): Promise<void> {
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
    await this.#dispatcher.quiet();
    if (this.#over) return;
    await this.#crew.end((result) => this.#dispatcher.outlet.deliver(result, null));
    await this.#dispatcher.quiet();
    if (this.#over) return;
    await this.#options.closeOutputs();
    if (this.#over) return;
    this.#over = true;
    this.#dispatcher.stop(null);
    await this.#options.onDone();
  }

  /** What an input gave before it failed is seen through first. */
  async #failBehind(error: FastScoreError): Promise<void> {
    this.#dispatcher.hold('failing');
    await this.#dispatcher.idle();
    this.fail(error, null);
  }

  async #trigger(control: ControlRecord | null): Promise<void> {
    this.#dispatcher.hold('trigger');
    await this.#dispatcher.idle();
    if (!this.#over) await this.#options.onTrigger(control);
    this.#dispatcher.unhold('trigger');
  }

  async #followPig(control: ControlRecord): Promise<void> {
    this.#dispatcher.hold('pig');
    this.#options.onPigging(true);
    await this.#dispatcher.quiet();
    await Promise.all([...this.#options.outputs.values()].map(({ stream }) => stream.control(control)));
    if (this.#over) return;
    this.#options.onPigging(false);
    this.#dispatcher.unhold('pig');
  }
}

function endedMeanwhile(): FastScoreError {
  return new FastScoreError('WRONG_STATE', 'The run has come to its end before the new model could take over', {
    hint: 'fastscore engine reset, then load the new model',
  });
}
