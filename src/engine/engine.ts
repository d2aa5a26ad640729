import { FastScoreError } from '../core/errors.ts';
import type { SnapshotRepository } from '../core/snapshot/repository.ts';
import type { Key } from '../core/state/key.ts';
import { describeKey } from '../core/state/key.ts';
import type { Crew } from '../jets/crew.ts';
import type { BatchFrame } from '../jets/protocol.ts';
import type { StreamCosts } from '../streams/costs.ts';
import type { StreamRate } from '../streams/rate.ts';
import { createCrew } from './create-crew.ts';
import { activeModel, jetStatus } from './describe-status.ts';
import { describeFailure } from './failure.ts';
import { assertCanTakeOver, assertModelFits, assertSlotFits, missingStream } from './fit.ts';
import type { LoadedModel } from './load-model.ts';
import { discardModel, loadModel } from './load-model.ts';
import type { Flow, Trace } from './measures.ts';
import { Measures } from './measures.ts';
import { MessageHub } from './messages.ts';
import { Pipeline } from './pipeline.ts';
import { Resumption } from './resumption.ts';
import type { CrewHooks } from './run.ts';
import { Run } from './run.ts';
import { SharedState } from './shared-state.ts';
import { isInput } from './slot-direction.ts';
import type { AttachedStream, InputSlot, OutputSlot } from './slots.ts';
import { activeStream, slotStatus } from './slots.ts';
import { SnapshotTaker } from './snapshot-taker.ts';
import type { Cut } from './take-snapshot.ts';
import { cutAt } from './take-snapshot.ts';
import { assertAllowed, assertTransition } from './transitions.ts';
import type {
  Engine,
  EngineFailure,
  EngineMessage,
  EngineState,
  EngineStatus,
  JetStatus,
  ModelReport,
  ModelSource,
  RestoreOptions,
  SnapshotSummary,
  StateEntry,
} from './types.ts';

export interface EngineOptions {
  readonly name: string;
  /** For the jets' own directories; the engine's alone. */
  readonly workDirectory: string;
  /** For what is worth keeping between runs, such as the installed R package. */
  readonly cacheDirectory: string;
  readonly snapshots: SnapshotRepository;
  /** Whether streams may read and write the standard streams of this process. @default false */
  readonly standardStreams?: boolean;
  /** Whether keys are lent to jets; without, each operation on state is a round trip. @default true */
  readonly lending?: boolean;
  /** The catalog's schema of that name, undefined when there is none. */
  findSchema(name: string): Promise<unknown>;
}

export function createEngine(options: EngineOptions): Engine {
  return new LocalEngine(options);
}

/** The most jets an engine starts: beyond it a typing error is likelier than a wish. */
export const MOST_JETS = 1024;

/** How long the operation that completes a pipeline waits for inline inputs to be through. */
const INLINE_WAIT_MS = 1000;

class LocalEngine implements Engine {
  readonly name: string;
  readonly #options: EngineOptions;
  readonly #hub = new MessageHub();
  readonly #measures = new Measures();
  readonly #pipeline: Pipeline;
  readonly #shared: SharedState;
  readonly #snapshots: SnapshotTaker;
  #state: EngineState = 'init';
  #model: LoadedModel | null = null;
  #run: Run | null = null;
  /** Where the streams of the next run go on; null: they begin. */
  #resumption: Resumption | null = null;
  #scale = 1;
  #pausePending = false;
  #failure: EngineFailure | null = null;
  /** Operations that change the pipeline come one after the other. */
  #queue: Promise<unknown> = Promise.resolve();
  /** Settles when the run that is starting has left init. */
  #starting: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(options: EngineOptions) {
    this.#options = options;
    this.name = options.name;
    this.#pipeline = new Pipeline({
      standardStreams: options.standardStreams ?? false,
      findSchema: (name) => options.findSchema(name),
    });
    this.#shared = new SharedState({
      lending: options.lending ?? true,
      onRestoredOverwritten: (key) =>
        this.#hub.log('warning', `begin has overwritten the restored value of ${describeKey(key)}`),
    });
    this.#snapshots = new SnapshotTaker({
      repository: options.snapshots,
      measures: this.#measures,
      cut: () => this.#cut(),
      cutAtBarrier: async () => {
        const run = this.#isFlowing ? this.#run : null;
        return run === null ? this.#cut() : run.atBarrier(() => this.#cut());
      },
      log: (level, text) => this.#hub.log(level, text),
    });
  }

  get state(): EngineState {
    return this.#state;
  }

  status(): EngineStatus {
    return {
      state: this.#state,
      model: this.#model === null ? null : activeModel(this.#model),
      streams: this.#pipeline.slots.map(activeStream),
      slots: this.#pipeline.slots.map(slotStatus),
      jets: this.#jets(),
      jetTotals: this.#measures.jets.totals(this.#run?.crew.jets ?? []),
      scale: this.#scale,
      failure: this.#failure,
      loans: this.#shared.desk.counts,
      snapshots: this.#measures.snapshots,
      lastSnapshot: this.#snapshots.last,
    };
  }

  async verify(source: ModelSource): Promise<ModelReport> {
    const model = await loadModel(source, this.#options);
    await discardModel(model);
    return model.report;
  }

  async load(source: ModelSource): Promise<ModelReport> {
    const model = await this.#inOrder(async () => {
      assertAllowed('load', this.#state);
      const loaded = await loadModel(source, this.#options);
      try {
        assertModelFits(loaded, this.#pipeline);
        const useSchemas = this.#pipeline.match(loaded);
        if (this.#isFlowing) {
          await this.#swap(loaded, useSchemas);
        } else {
          await this.#abandonStart();
          useSchemas();
        }
      } catch (error) {
        await discardModel(loaded);
        throw error;
      }
      this.#hub.publish({ type: 'engine-config', item: 'model', op: this.#model === null ? 'load' : 'reload' });
      await discardModel(this.#model);
      this.#model = loaded;
      for (const warning of loaded.report.warnings) this.#hub.log('warning', warning);
      this.#startIfComplete();
      return loaded;
    });
    await this.#started();
    return model.report;
  }

  unload(): Promise<void> {
    return this.#inOrder(async () => {
      if (this.#model === null) throw new FastScoreError('MODEL_NOT_LOADED', 'Model not loaded');
      assertAllowed('unload', this.#state);
      await this.#abandonStart();
      await discardModel(this.#model);
      this.#model = null;
      this.#shared.clear();
      this.#hub.publish({ type: 'engine-config', item: 'model', op: 'unload' });
    });
  }

  async verifyStream(slot: number, descriptor: unknown): Promise<unknown> {
    assertSlotFits(slot, this.#model);
    return this.#pipeline.verify(slot, descriptor, this.#model);
  }

  sampleStream(descriptor: unknown, count: number): Promise<Buffer[]> {
    return this.#pipeline.sample(descriptor, count);
  }

  measureStream(descriptor: unknown): Promise<StreamRate> {
    return this.#pipeline.measure(descriptor);
  }

  async attach(slot: number, stream: { name: string; descriptor: unknown }): Promise<void> {
    await this.#inOrder(async () => {
      assertAllowed('attach', this.#state);
      assertSlotFits(slot, this.#model);
      const replaces = this.#pipeline.get(slot) !== undefined;
      if (!replaces && this.#isFlowing) {
        throw new FastScoreError('WRONG_STATE', `Cannot attach a stream to slot ${slot} of a running job: it has none`);
      }
      const opened = await this.#open({ slot, ...stream });
      if (this.#run !== null) {
        if (isInput(slot)) this.#run.watch(opened as InputSlot);
        else opened.stream.onError((error) => this.#run?.fail(error, null));
      }
      this.#hub.publish({ type: 'engine-config', item: 'stream', op: replaces ? 'reattach' : 'attach', ref: slot });
      this.#startIfComplete();
    });
    await this.#started();
  }

  detach(slot: number): Promise<void> {
    return this.#inOrder(async () => {
      if (this.#pipeline.get(slot) === undefined) {
        throw new FastScoreError('STREAM_NOT_ATTACHED', `No stream attached to slot ${slot}`);
      }
      assertAllowed('detach', this.#state);
      await this.#abandonStart();
      await this.#pipeline.detach(slot);
      this.#hub.publish({ type: 'engine-config', item: 'stream', op: 'detach', ref: slot });
    });
  }

  async scale(jets: number): Promise<void> {
    if (!Number.isInteger(jets) || jets < 0 || jets > MOST_JETS) {
      throw new FastScoreError(
        'BAD_COUNT',
        `The number of jets must be an integer from 0 to ${MOST_JETS}, not ${jets}`,
      );
    }
    assertAllowed('scale', this.#state);
    this.#scale = jets;
    await this.#run?.scale(jets);
  }

  async pause(): Promise<void> {
    assertAllowed('pause', this.#state);
    if (this.#state === 'init') this.#pausePending = true;
    if (this.#state !== 'running') return;
    this.#run?.pause();
    this.#enter('paused');
  }

  async unpause(): Promise<void> {
    assertAllowed('unpause', this.#state);
    this.#pausePending = false;
    if (this.#state !== 'paused') return;
    this.#enter('running');
    this.#run?.unpause();
  }

  reset(): Promise<void> {
    // A model that hangs in begin must not keep the reset waiting in line.
    const stopped = this.#stopRun();
    return this.#inOrder(async () => {
      await stopped;
      await this.#stopRun();
      for (const { attached } of this.#pipeline.slots) {
        await this.#pipeline.detach(attached.slot);
        this.#hub.publish({ type: 'engine-config', item: 'stream', op: 'detach', ref: attached.slot });
      }
      if (this.#model !== null) this.#hub.publish({ type: 'engine-config', item: 'model', op: 'unload' });
      await discardModel(this.#model);
      this.#model = null;
      this.#shared.clear();
      this.#failure = null;
      this.#snapshots.forget();
      this.#resumption = null;
      this.#pausePending = false;
      if (this.#state === 'init') this.#hub.publish({ type: 'engine-state', state: 'init' });
      else this.#enter('init');
    });
  }

  restore(source: AsyncIterable<Buffer>, options: RestoreOptions): Promise<{ id: string; model: string }> {
    const { trust, resume = false } = options;
    return this.#inOrder(async () => {
      const header = await this.#shared.restore(source, { trust, assertAllowed: () => this.#assertRestorable() });
      const { id, model } = header;
      const loaded = this.#model?.source.name ?? model;
      if (loaded !== model) {
        this.#hub.log('warning', `Snapshot ${id} is of model '${model}', the loaded model is '${loaded}'`);
      }
      this.#resumption = resume ? new Resumption(header) : null;
      if (resume) for (const { attached } of this.#pipeline.slots) await this.#open(attached);
      return { id, model };
    });
  }

  snapshot(trigger: string, misc?: string): Promise<SnapshotSummary> {
    return this.#snapshots.take(this.#model, trigger, misc);
  }

  async input(slot: number, body: Buffer): Promise<void> {
    const push = this.#pipeline.restInput(slot);
    assertAllowed('input', this.#state);
    await push(body);
  }

  async output(slot: number, waitMs: number, signal?: AbortSignal): Promise<Buffer | 'empty' | 'eof'> {
    return this.#pipeline.restOutput(slot)(waitMs, signal);
  }

  stateEntries(): Iterable<StateEntry> {
    return this.#shared.entries(this.#run?.crew.jets ?? []);
  }

  stateEntry(key: Key): StateEntry | null {
    return this.#shared.entry(key, this.#run?.crew.jets ?? []);
  }

  setState(key: Key, json: string): Promise<void> {
    return this.#shared.set(key, json);
  }

  deleteState(key: Key): Promise<boolean> {
    return this.#shared.desk.delete(key);
  }

  waitWhile(state: EngineState, waitMs: number): Promise<EngineState> {
    if (this.#state !== state) return Promise.resolve(this.#state);
    return new Promise((resolve) => {
      const finish = () => {
        clearTimeout(timer);
        unsubscribe();
        resolve(this.#state);
      };
      const timer = setTimeout(finish, waitMs);
      const unsubscribe = this.#hub.subscribe((message) => {
        if (message.type === 'engine-state' && message.state !== state) finish();
      });
    });
  }

  onMessage(listener: (message: EngineMessage) => void): () => void {
    return this.#hub.subscribe(listener);
  }

  onFlow(listener: (flow: Flow) => void): () => void {
    return this.#measures.flows.add(listener);
  }

  onTrace(listener: (trace: Trace) => void): () => void {
    return this.#measures.traces.add(listener);
  }

  streamCosts(slot: number): StreamCosts | null {
    return this.#pipeline.get(slot)?.stream.costs ?? null;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#stopRun();
    await this.#pipeline.closeInputs();
    await this.#pipeline.closeOutputs();
    await discardModel(this.#model);
  }

  /** True when a run is past its start. */
  get #isFlowing(): boolean {
    return this.#state !== 'init' && this.#state !== 'finished' && this.#state !== 'error';
  }

  #inOrder<T>(operation: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(operation);
    this.#queue = result.catch(() => {});
    return result;
  }

  #enter(state: EngineState): void {
    assertTransition(this.#state, state);
    this.#state = state;
    this.#hub.publish({ type: 'engine-state', state });
  }

  #startIfComplete(): void {
    const model = this.#model;
    if (model === null || this.#run !== null || this.#closed) return;
    if (missingStream(model, this.#pipeline) !== undefined) return;
    this.#starting = this.#startRun(model);
  }

  async #startRun(model: LoadedModel): Promise<void> {
    const run: Run = new Run({
      resumed: this.#resumption !== null,
      everyRecords: model.info.snapshots.everyRecords,
      onTrigger: (control) => this.#snapshots.takeHere(this.#model ?? model, control),
      measures: this.#measures,
      inputs: this.#pipeline.inputs,
      outputs: this.#pipeline.outputs,
      createCrew: (hooks) => this.#createCrew(model, hooks),
      onReject: (reject) => this.#hub.publish({ type: 'reject', reject }),
      onPigging: (on) => this.#enter(on ? 'pigging' : 'running'),
      closeOutputs: () => this.#pipeline.closeOutputs(),
      onFinishing: () => this.#enter('finishing'),
      onDone: () => this.#finish(model),
      onFailed: (error, batch) => this.#fail(error, batch),
    });
    this.#run = run;
    if (!(await run.start(this.#scale))) return;
    if (this.#pausePending) {
      this.#pausePending = false;
      run.pause();
      this.#enter('paused');
    } else {
      this.#enter('running');
    }
    this.#snapshots.start(model, () => this.#recordsIn());
    run.open();
  }

  /** Waits for a start that is under way, and a moment longer for inputs that are inline: their run is about to end. */
  async #started(): Promise<void> {
    await this.#starting;
    if (this.#state !== 'running') return;
    const inline = [...this.#pipeline.inputs.values()].every(({ isInline }) => isInline);
    if (!inline) return;
    const deadline = Date.now() + INLINE_WAIT_MS;
    for (const state of ['running', 'finishing'] as const) await this.waitWhile(state, deadline - Date.now());
  }

  /** Stops jets that are starting: the pipeline is about to change. */
  async #abandonStart(): Promise<void> {
    if (this.#state === 'init') await this.#stopRun();
  }

  async #stopRun(): Promise<void> {
    const run = this.#run;
    this.#snapshots.stop();
    await run?.stop();
    if (this.#run === run) this.#run = null;
  }

  async #swap(loaded: LoadedModel, useSchemas: () => void): Promise<void> {
    const missing = missingStream(loaded, this.#pipeline);
    if (missing !== undefined) {
      throw new FastScoreError('WRONG_STATE', `The new model uses slot ${missing}, which has no stream`);
    }
    assertCanTakeOver(loaded, this.#model, this.#pipeline);
    await this.#run?.swap((hooks) => this.#createCrew(loaded, hooks), { jets: this.#scale, onSwapped: useSchemas });
  }

  #createCrew(model: LoadedModel, hooks: CrewHooks): Crew {
    return createCrew(model, {
      ...hooks,
      desk: this.#shared.desk,
      workDirectory: this.#options.workDirectory,
      cacheDirectory: this.#options.cacheDirectory,
      onConsole: (stream, text) => this.#hub.publish({ type: 'model-console', stream, text }),
      onFlow: ({ sandbox }, side, records, bytes) =>
        this.#measures.flows.tell({ point: 'jet', sandbox, side, records, bytes }),
      onStart: (jet) => this.#hub.publish({ type: 'engine-config', item: 'jet', op: 'start', ref: jet.sandbox }),
      onStop: (jet) => {
        this.#measures.jets.close(jet);
        this.#hub.publish({ type: 'engine-config', item: 'jet', op: 'stop', ref: jet.sandbox });
      },
      onRestart: (number) => this.#measures.jets.restarted(number),
    });
  }

  async #finish(model: LoadedModel): Promise<void> {
    await this.#snapshots.finish(model);
    this.#run = null;
    this.#enter('finished');
  }

  #open(attached: AttachedStream): Promise<InputSlot | OutputSlot> {
    return this.#pipeline.attach(attached, {
      model: this.#model,
      resumption: this.#run === null ? this.#resumption : null,
      onWarning: (text) => this.#hub.log('warning', text),
    });
  }

  #recordsIn(): number {
    return [...this.#pipeline.inputs.values()].reduce((sum, { counts }) => sum + counts.records, 0);
  }

  /** What is true of state, inputs and outputs at this moment. */
  #cut(): Cut {
    return cutAt(this.#shared.capture(), this.#pipeline);
  }

  #fail(error: FastScoreError, batch: BatchFrame | null): void {
    const failure = describeFailure(error, batch);
    this.#failure = failure;
    this.#hub.publish({ type: 'model-error', failure });
    this.#enter('error');
    void this.#stopRun().then(() => this.#pipeline.closeOutputs());
  }

  #assertRestorable(): void {
    assertAllowed('restore', this.#state);
    if (this.#run !== null) {
      throw new FastScoreError('WRONG_STATE', 'Cannot restore a snapshot: the jets are starting', {
        hint: 'fastscore engine reset, then restore before the run',
      });
    }
  }

  #jets(): JetStatus[] {
    const crew = this.#run?.crew;
    if (crew === undefined) return [];
    return crew.jets.map((jet) => jetStatus(jet, crew.restarts(jet.number)));
  }
}
