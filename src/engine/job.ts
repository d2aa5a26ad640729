import { FastScoreError } from '../core/errors.ts';
import type { Crew } from '../jets/crew.ts';
import type { Jet } from '../jets/jet.ts';
import type { BatchFrame } from '../jets/protocol.ts';
import type { Pulled } from '../streams/types.ts';
import { createCrew } from './create-crew.ts';
import type { CurrentState } from './current-state.ts';
import { jetStatus } from './describe-status.ts';
import { tooLong } from './describe-work.ts';
import { describeFailure } from './failure.ts';
import { missingStream } from './fit.ts';
import { KeyWatch } from './key-watch.ts';
import type { LoadedModel } from './load-model.ts';
import type { Measures } from './measures.ts';
import type { MessageHub } from './messages.ts';
import type { Pipeline } from './pipeline.ts';
import type { RoundTrip } from './round-trips.ts';
import type { CrewHooks } from './run.ts';
import { Run } from './run.ts';
import type { SharedState } from './shared-state.ts';
import type { InputPlace, OutputSlot } from './slots.ts';
import { InputSlot } from './slots.ts';
import type { SnapshotTaker } from './snapshot-taker.ts';
import type { EngineFailure, JetStatus } from './types.ts';
import type { Waits } from './waits.ts';

export interface JobOptions {
  readonly state: CurrentState;
  readonly hub: MessageHub;
  readonly measures: Measures;
  readonly waits: Waits;
  readonly pipeline: Pipeline;
  readonly shared: SharedState;
  readonly snapshots: SnapshotTaker;
  readonly workDirectory: string;
  readonly cacheDirectory: string;
  readonly remember: number | undefined;
  /** The model that is loaded now: another one may have taken over since the run began. */
  model(): LoadedModel | null;
}

/** How long {@link Job.started} waits for inline inputs to be through. */
const INLINE_WAIT_MS = 1000;

/**
 * What an engine does with a model and streams once they are complete: it has at most one run at a time, and the run moves
 * the engine from state to state.
 *
 * | state | run | leaves to |
 * | --- | --- | --- |
 * | init | none, or its jets are starting | running, paused (a pause was pending), error |
 * | running, pigging, paused, finishing | there | each other as `transitions.ts` says, finished, error, init |
 * | finished | none | init |
 * | error | being stopped, then none | init |
 */
export class Job {
  readonly #options: JobOptions;
  #run: Run | null = null;
  #scale = 1;
  #pausePending = false;
  #failure: EngineFailure | null = null;
  /** Settles when the run that is starting has left init. */
  #starting: Promise<void> = Promise.resolve();
  /** Settles when the run that failed is at its end. */
  #failedEnd: Promise<void> = Promise.resolve();
  /** The run has failed in the middle of a batch: the state may hold that in part. */
  #isTorn = false;
  #closed = false;
  readonly #keyWatch: KeyWatch;

  constructor(options: JobOptions) {
    this.#options = options;
    const { hub, shared, waits } = options;
    this.#keyWatch = new KeyWatch({
      waits: () => shared.desk.waits(),
      jets: () => this.jets,
      limitMs: waits.limits.key,
      onLong: (sentence) => hub.log('warning', sentence),
      onTooLong: (error) => this.#run?.fail(error, null),
    });
  }

  /** Whether there is a run: its jets may still be starting. */
  get hasRun(): boolean {
    return this.#run !== null;
  }

  get jets(): readonly Jet[] {
    return this.#run?.crew.jets ?? [];
  }

  get failure(): EngineFailure | null {
    return this.#failure;
  }

  /** See {@link Run.unread}. */
  get unread(): ReadonlyMap<number, InputPlace> {
    return this.#run?.unread ?? new Map();
  }

  /** Wanted jets. */
  get wanted(): number {
    return this.#scale;
  }

  jetStatus(): JetStatus[] {
    return this.jets.map((jet) => jetStatus(jet, this.#run?.crew.restarts(jet.number) ?? 0));
  }

  /** @param resumed whether it goes on with the state of an interrupted run */
  startIfComplete({ resumed }: { resumed: boolean }): void {
    const model = this.#options.model();
    if (model === null || this.#run !== null || this.#closed) return;
    // The run may have been stopped by a reset that waits in line: then there is nothing to start.
    if (this.#options.state.now !== 'init') return;
    if (missingStream(model, this.#options.pipeline) !== undefined) return;
    this.#starting = this.#start(model, resumed);
  }

  /** Waits for a start that is under way, and a moment longer for inputs that are inline: their run is about to end. */
  async started(): Promise<void> {
    const { state, pipeline } = this.#options;
    await this.#starting;
    if (state.now !== 'running') return;
    const inline = [...pipeline.inputs.values()].every(({ isInline }) => isInline);
    if (!inline) return;
    const deadline = Date.now() + INLINE_WAIT_MS;
    for (const passing of ['running', 'finishing'] as const) await state.waitWhile(passing, deadline - Date.now());
  }

  /** Stops jets that are starting: the pipeline is about to change. */
  async abandonStart(): Promise<void> {
    if (this.#options.state.now === 'init') await this.stop();
  }

  /** Before a run it is for the next one. */
  async scale(jets: number, limitMs?: number): Promise<void> {
    this.#scale = jets;
    await this.#run?.scale(jets, limitMs);
  }

  /** In init: as soon as the jets have started. */
  pause(): void {
    const { state } = this.#options;
    if (state.now === 'init') this.#pausePending = true;
    if (state.now !== 'running') return;
    this.#run?.pause();
    state.enter('paused');
  }

  unpause(): void {
    const { state } = this.#options;
    this.#pausePending = false;
    if (state.now !== 'paused') return;
    state.enter('running');
    this.#run?.unpause();
  }

  /** Whether a model is there that answers record by record; a program writes when it likes. */
  get answersRecords(): boolean {
    return this.#run !== null && !this.#run.crew.isExplicit;
  }

  /** Gives the model a record whose client waits. @returns what the client gets */
  take(trip: RoundTrip): Promise<Pulled> {
    this.#run?.take(trip);
    return trip.answer;
  }

  /** A stream has been attached while a run may be there. */
  use(opened: InputSlot | OutputSlot): void {
    if (this.#run === null) return;
    if (opened instanceof InputSlot) this.#run.watch(opened);
    else opened.stream.onError((error) => this.#run?.fail(error, null));
  }

  /** Hands the run over to another model. @param onSwapped called before that one gets a record */
  async swap(model: LoadedModel, onSwapped: () => void): Promise<void> {
    const { snapshots, pipeline } = this.#options;
    await this.#run?.swap({
      jets: this.#scale,
      everyRecords: model.info.snapshots.everyRecords,
      createCrew: (hooks) => this.#createCrew(model, hooks),
      onSwapped: () => {
        onSwapped();
        snapshots.start(model, () => pipeline.recordsIn);
      },
    });
  }

  /**
   * Calls `look` when no jet has a batch, and the state is that of whole batches.
   * @throws FastScoreError TIMED_OUT, WRONG_STATE when there is no such moment
   */
  async atBarrier<T>(look: () => T, limitMs?: number): Promise<T> {
    const { state, waits } = this.#options;
    const leftInit = this.#starting;
    if (state.now === 'init' && !(await waits.within('snapshot', leftInit, { limitMs }))) {
      const limit = limitMs ?? waits.limitOf('snapshot');
      throw tooLong('The snapshot has been given up', { limitMs: limit, jets: this.jets });
    }
    if (state.isFlowing && this.#run !== null) return this.#run.atBarrier(look, limitMs);
    await this.#failedEnd;
    if (state.now === 'error' && this.#isTorn) throw torn();
    return look();
  }

  /** See {@link Run.isOverdue}. */
  get isOverdue(): boolean {
    return this.#run?.isOverdue ?? false;
  }

  /** Stops the jets without `end`. The state stays as it is. */
  async stop(): Promise<void> {
    this.#options.snapshots.giveUp();
    await this.#stopRun();
  }

  /** Forgets what was wanted of the next run, and how the last one ended. */
  forget(): void {
    this.#failure = null;
    this.#isTorn = false;
    this.#pausePending = false;
    this.#scale = 1;
  }

  /** Resolves when a run that has failed is at its end. */
  settled(): Promise<void> {
    return this.#failedEnd;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#failedEnd;
    await this.stop();
  }

  async #start(model: LoadedModel, resumed: boolean): Promise<void> {
    const { state, hub, measures, pipeline, snapshots } = this.#options;
    const run: Run = new Run({
      resumed,
      everyRecords: model.info.snapshots.everyRecords,
      onTrigger: (control, barrier) => snapshots.takeHere(this.#options.model() ?? model, control, barrier),
      measures,
      waits: this.#options.waits,
      inputs: pipeline.inputs,
      outputs: pipeline.outputs,
      createCrew: (hooks) => this.#createCrew(model, hooks),
      onReject: (reject) => hub.publish({ type: 'reject', reject }),
      onPigging: (on) => state.enter(on ? 'pigging' : 'running'),
      onPigLost: ({ message }) => hub.log('warning', message),
      closeOutputs: () => pipeline.closeOutputs(),
      onFinishing: () => state.enter('finishing'),
      onDone: () => this.#finish(this.#options.model() ?? model),
      onFailed: (error, batch) => this.#fail(error, batch),
    });
    this.#run = run;
    this.#keyWatch.start();
    if (!(await run.start(this.#scale)) || this.#run !== run) return;
    if (this.#pausePending) {
      this.#pausePending = false;
      run.pause();
      state.enter('paused');
    } else {
      state.enter('running');
    }
    snapshots.start(model, () => pipeline.recordsIn);
    run.open();
  }

  async #finish(model: LoadedModel): Promise<void> {
    this.#keyWatch.stop();
    await this.#options.snapshots.finish(model);
    this.#run = null;
    this.#options.state.enter('finished');
  }

  #fail(error: FastScoreError, batch: BatchFrame | null): void {
    const { state, hub, snapshots } = this.#options;
    const failure = describeFailure(error, batch);
    this.#failure = failure;
    hub.publish({ type: 'model-error', failure });
    state.enter('error');
    snapshots.giveUp();
    this.#failedEnd = this.#endFailed(this.#run);
  }

  /** Ends a run that has failed, unless somebody else stops it meanwhile. */
  async #endFailed(run: Run | null): Promise<void> {
    await run?.settle();
    if (this.#run !== run) return;
    this.#isTorn = run !== null && !run.isWhole;
    await this.#stopRun();
    await this.#options.pipeline.closeOutputs();
    await this.#options.pipeline.leaveInputs();
  }

  async #stopRun(): Promise<void> {
    const run = this.#run;
    this.#keyWatch.stop();
    await run?.stop();
    if (this.#run === run) this.#run = null;
  }

  #createCrew(model: LoadedModel, hooks: CrewHooks): Crew {
    const { hub, measures, shared, waits, workDirectory, cacheDirectory, remember } = this.#options;
    const frameMs = waits.limits.frame;
    const parts = { hub, measures, desk: shared.desk, frameMs, workDirectory, cacheDirectory, remember };
    return createCrew(model, { ...hooks, ...parts });
  }
}

function torn(): FastScoreError {
  return new FastScoreError(
    'WRONG_STATE',
    'No snapshot can be taken: the run has ended in the middle of a batch, of which the state holds a part',
    { hint: 'fastscore state list shows it; go on from a snapshot that was taken before' },
  );
}
