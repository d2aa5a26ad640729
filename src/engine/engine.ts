import { asFastScoreError, FastScoreError } from '../core/errors.ts';
import type { SnapshotRepository } from '../core/snapshot/repository.ts';
import type { Key } from '../core/state/key.ts';
import { describeKey } from '../core/state/key.ts';
import type { Way } from '../jets/lending/sharing-policy.ts';
import type { StreamCosts } from '../streams/costs.ts';
import type { StreamRate } from '../streams/rate.ts';
import type { Pulled } from '../streams/types.ts';
import { CurrentState } from './current-state.ts';
import { activeModel } from './describe-status.ts';
import { assertSlotFits } from './fit.ts';
import { Job } from './job.ts';
import type { Limits } from './limits.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import { discardModel, loadModel } from './load-model.ts';
import type { Flow, Trace } from './measures.ts';
import { Measures } from './measures.ts';
import { MessageHub } from './messages.ts';
import { changeFromOutside } from './outside-change.ts';
import { Pipeline } from './pipeline.ts';
import { RoundTrip } from './round-trips.ts';
import { Setup } from './setup.ts';
import { SharedState } from './shared-state.ts';
import { activeStream, slotStatus } from './slots.ts';
import { SnapshotTaker } from './snapshot-taker.ts';
import type { Cut } from './take-snapshot.ts';
import { cutAt } from './take-snapshot.ts';
import { assertAllowed } from './transitions.ts';
import type {
  Engine,
  EngineMessage,
  EngineState,
  EngineStatus,
  ModelReport,
  ModelSource,
  RestoreOptions,
  SnapshotSummary,
  StateEntry,
  VerifyStreamOptions,
} from './types.ts';
import { waitStatuses } from './wait-status.ts';
import { Waits } from './waits.ts';

export interface EngineOptions {
  readonly name: string;
  /** For the jets' own directories; the engine's alone. */
  readonly workDirectory: string;
  /** For what is worth keeping between runs, such as the installed R package. */
  readonly cacheDirectory: string;
  readonly snapshots: SnapshotRepository;
  /** Whether streams may read and write the standard streams of this process. @default false */
  readonly standardStreams?: boolean;
  /** Directory that files of streams must lie in. By default they lie anywhere. */
  readonly dataRoot?: string | null;
  /** How long it waits, where not as in `DEFAULT_LIMITS`. */
  readonly limits?: Partial<Limits>;
  /** How jets come to all keys. @default measured for each cell and pool */
  readonly way?: Way;
  /** How many keys a jet remembers between two batches. @default 100,000 */
  readonly remember?: number;
  /** The catalog's schema of that name, undefined when there is none. */
  findSchema(name: string): Promise<unknown>;
}

/** An engine in this process. Nothing runs before a model is loaded. */
export function createEngine(options: EngineOptions): Engine {
  return new LocalEngine(options);
}

/** The most jets an engine starts: beyond it a typing error is likelier than a wish. */
export const MOST_JETS = 1024;

/** The parts of an engine, and which of them does what. */
class LocalEngine implements Engine {
  readonly name: string;
  readonly #options: EngineOptions;
  readonly #hub = new MessageHub();
  readonly #current = new CurrentState(this.#hub);
  readonly #measures = new Measures();
  readonly #waits: Waits;
  readonly #pipeline: Pipeline;
  readonly #shared: SharedState;
  readonly #snapshots: SnapshotTaker;
  readonly #job: Job;
  readonly #setup: Setup;

  constructor(options: EngineOptions) {
    this.#options = options;
    this.name = options.name;
    this.#waits = new Waits({ ...DEFAULT_LIMITS, ...options.limits });
    this.#pipeline = new Pipeline({
      standardStreams: options.standardStreams ?? false,
      dataRoot: options.dataRoot ?? null,
      findSchema: (name) => options.findSchema(name),
    });
    this.#shared = new SharedState({
      way: options.way,
      onRestoredOverwritten: (key) =>
        this.#hub.log('warning', `begin has overwritten the restored value of ${describeKey(key)}`),
    });
    this.#snapshots = new SnapshotTaker({
      repository: options.snapshots,
      measures: this.#measures,
      cut: () => this.#cut(),
      atBarrier: (look, limitMs) => this.#job.atBarrier(look, limitMs),
      isOverdue: () => this.#job.isOverdue,
      log: (level, text) => this.#hub.log(level, text),
    });
    const parts = {
      state: this.#current,
      hub: this.#hub,
      pipeline: this.#pipeline,
      shared: this.#shared,
      snapshots: this.#snapshots,
    };
    const { workDirectory, cacheDirectory } = options;
    this.#job = new Job({
      ...parts,
      measures: this.#measures,
      waits: this.#waits,
      workDirectory,
      cacheDirectory,
      remember: options.remember,
      model: () => this.#setup.model,
    });
    this.#setup = new Setup({ ...parts, waits: this.#waits, job: this.#job, load: options });
  }

  get state(): EngineState {
    return this.#current.now;
  }

  status(): EngineStatus {
    const { model } = this.#setup;
    const job = this.#job;
    return {
      state: this.state,
      model: model === null ? null : activeModel(model),
      streams: this.#pipeline.slots.map(activeStream),
      slots: this.#pipeline.slots.map(slotStatus),
      jets: job.jetStatus(),
      jetTotals: this.#measures.jets.totals(job.jets),
      scale: job.wanted,
      failure: job.failure,
      loans: this.#shared.desk.counts,
      waits: waitStatuses(this.#waits, this.#shared.desk.waits(), job.jets),
      snapshots: this.#measures.snapshots,
      lastSnapshot: this.#snapshots.last,
    };
  }

  async verify(source: ModelSource): Promise<ModelReport> {
    const model = await loadModel(source, this.#options);
    await discardModel(model);
    return model.report;
  }

  load(source: ModelSource): Promise<ModelReport> {
    return this.#setup.load(source);
  }

  unload(): Promise<void> {
    return this.#setup.unload();
  }

  async verifyStream(slot: number, descriptor: unknown, { apart = false }: VerifyStreamOptions = {}): Promise<unknown> {
    const model = apart ? null : this.#setup.model;
    assertSlotFits(slot, model);
    return this.#pipeline.verify(slot, descriptor, model);
  }

  sampleStream(descriptor: unknown, count: number): Promise<Buffer[]> {
    return this.#pipeline.sample(descriptor, count);
  }

  measureStream(descriptor: unknown): Promise<StreamRate> {
    return this.#pipeline.measure(descriptor);
  }

  attach(slot: number, stream: { name: string; descriptor: unknown }): Promise<void> {
    return this.#logged(`The stream of slot ${slot} is not attached`, this.#setup.attach(slot, stream));
  }

  detach(slot: number): Promise<void> {
    return this.#setup.detach(slot);
  }

  async scale(jets: number, limitMs?: number): Promise<void> {
    if (!Number.isInteger(jets) || jets < 0 || jets > MOST_JETS) {
      throw new FastScoreError(
        'BAD_COUNT',
        `The number of jets must be an integer from 0 to ${MOST_JETS}, not ${jets}`,
      );
    }
    assertAllowed('scale', this.state);
    await this.#job.scale(jets, limitMs);
  }

  async pause(): Promise<void> {
    assertAllowed('pause', this.state);
    this.#job.pause();
  }

  async unpause(): Promise<void> {
    assertAllowed('unpause', this.state);
    this.#job.unpause();
  }

  reset(force = false): Promise<void> {
    return this.#setup.reset(force);
  }

  restore(source: AsyncIterable<Buffer>, options: RestoreOptions): Promise<{ id: string; model: string }> {
    return this.#logged('A snapshot is not restored', this.#setup.restore(source, options));
  }

  snapshot(trigger: string, misc?: string, limitMs?: number): Promise<SnapshotSummary> {
    const taking = this.#snapshots.take(this.#setup.model, { trigger, misc, limitMs });
    return this.#logged('A snapshot is not taken', taking);
  }

  async input(slot: number, body: Buffer): Promise<void> {
    const push = this.#pipeline.restInput(slot);
    assertAllowed('input', this.state);
    await push(body);
  }

  async output(slot: number, waitMs: number, signal?: AbortSignal): Promise<Pulled> {
    return this.#pipeline.restOutput(slot)(waitMs, signal);
  }

  roundTrip(question: { from: number; to: number; body: Buffer }, waitMs: number): Promise<Pulled> | null {
    const { from, to, body } = question;
    assertAllowed('input', this.state);
    if (!this.#job.answersRecords) return null;
    const records = this.#pipeline.frame(from, to, body);
    return records === null ? null : this.#job.take(new RoundTrip({ from, to, records }, waitMs));
  }

  stateEntries(): Iterable<StateEntry> {
    return this.#shared.entries(this.#job.jets);
  }

  stateEntry(key: Key): StateEntry | null {
    return this.#shared.entry(key, this.#job.jets);
  }

  setState(key: Key, json: string, limitMs?: number): Promise<void> {
    return this.#fromOutside(key, limitMs, (signal) => this.#shared.set(key, json, signal));
  }

  deleteState(key: Key, limitMs?: number): Promise<boolean> {
    return this.#fromOutside(key, limitMs, (signal) => this.#shared.desk.delete(key, signal));
  }

  waitWhile(state: EngineState, waitMs: number): Promise<EngineState> {
    return this.#current.waitWhile(state, waitMs);
  }

  settled(): Promise<void> {
    return this.#job.settled();
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

  close(): Promise<void> {
    return this.#setup.close();
  }

  /** Failures that are more than a question asked at the wrong time are told to whoever follows the engine, too. */
  async #logged<T>(what: string, work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      const { kind, message } = asFastScoreError(error);
      if (kind !== 'state' && kind !== 'missing') this.#hub.log('error', `${what}: ${message}`);
      throw error;
    }
  }

  #fromOutside<T>(key: Key, limitMs: number | undefined, change: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const { desk } = this.#shared;
    return changeFromOutside(change, { key, waits: this.#waits, desk, jets: () => this.#job.jets, limitMs });
  }

  /** What is true of state, inputs and outputs at this moment. */
  #cut(): Cut {
    return cutAt(this.#shared.capture(), this.#pipeline, this.#job.unread);
  }
}
