import { FastScoreError } from '../../src/core/errors.ts';
import { readSnapshot } from '../../src/core/snapshot/read.ts';
import type { Key } from '../../src/core/state/key.ts';
import { describeKey } from '../../src/core/state/key.ts';
import type { Flow, Trace } from '../../src/engine/measures.ts';
import { Measures } from '../../src/engine/measures.ts';
import type {
  ActiveModel,
  ActiveStream,
  Engine,
  EngineMessage,
  EngineState,
  EngineStatus,
  ModelReport,
  ModelSource,
  RestoreOptions,
  SnapshotSummary,
  StateEntry,
} from '../../src/engine/types.ts';
import type { StreamCosts } from '../../src/streams/costs.ts';

const REPORT: ModelReport = {
  slots: [
    { slot: 0, schema: 'int', recordsets: false, action: 'action' },
    { slot: 1, schema: null, recordsets: false, action: null },
  ],
  installLibs: [],
  warnLibs: [],
  attachLibs: [],
  snapshots: 'eof',
  warnings: ['beware'],
};

/** An engine that runs nothing: what goes in at a slot comes out at the next one. */
export class FakeEngine implements Engine {
  readonly name: string;
  state: EngineState = 'init';
  model: ActiveModel | null = null;
  verified: ModelSource | null = null;
  streams = new Map<number, ActiveStream>();
  jets = 0;
  restored: { id: string; model: string; trust: boolean } | null = null;
  values = new Map<string, StateEntry>();
  ended = false;
  override: Partial<EngineStatus> = {};
  readonly measures = new Measures();
  readonly costs = new Map<number, StreamCosts>();
  readonly #records = new Map<number, Buffer[]>();
  readonly #listeners = new Set<(message: EngineMessage) => void>();
  readonly #waiting = new Set<() => void>();

  constructor(name = 'engine-1') {
    this.name = name;
  }

  status(): EngineStatus {
    return {
      state: this.state,
      model: this.model,
      streams: [...this.streams.values()],
      slots: [],
      jets: Array.from({ length: this.jets }, (_, number) => ({
        number,
        pid: 1000 + number,
        sandbox: `${number}`,
        state: 'idle' as const,
        records: 0,
        bytes: 0,
        outputRecords: 0,
        outputBytes: 0,
        restarts: 0,
        busyMs: 0,
        waitedMs: 0,
        work: null,
      })),
      jetTotals: [],
      scale: this.jets,
      failure: null,
      loans: { recalls: 0, waitedMs: 0, conflicts: 0 },
      waits: [],
      snapshots: new Measures().snapshots,
      lastSnapshot: null,
      ...this.override,
    };
  }

  async verify(model: ModelSource): Promise<ModelReport> {
    this.verified = model;
    if (model.source.includes('syntax error')) {
      throw new FastScoreError('MODEL_SYNTAX', 'Line 1: invalid syntax\nsecond line', { details: { line: 1 } });
    }
    if (model.source.includes('no schema')) throw new FastScoreError('SCHEMA_NOT_FOUND', "Schema 'x' not found");
    return REPORT;
  }

  async load(model: ModelSource): Promise<ModelReport> {
    const report = await this.verify(model);
    this.model = {
      name: model.name,
      mtype: model.mtype,
      source: model.source.toString('utf8'),
      interpreter: model.interpreters?.python?.[0] ?? 'python3',
      attachments: [],
      report,
    };
    return report;
  }

  async unload(): Promise<void> {
    if (this.model === null) throw new FastScoreError('MODEL_NOT_LOADED', 'No model is loaded');
    this.model = null;
  }

  async verifyStream(slot: number, descriptor: unknown): Promise<unknown> {
    return { slot, transport: { type: 'fake' }, descriptor };
  }

  async sampleStream(_descriptor: unknown, count: number): Promise<Buffer[]> {
    return ['1', '2', '3'].slice(0, count).map((text) => Buffer.from(text));
  }

  async measureStream(): Promise<{ rps: number; mbps: number }> {
    return { rps: 1000, mbps: 0.5 };
  }

  async attach(slot: number, { name, descriptor }: { name: string; descriptor: unknown }): Promise<void> {
    if (typeof descriptor !== 'object') throw new FastScoreError('BAD_DESCRIPTOR', 'The descriptor must be an object');
    this.streams.set(slot, { slot, name, descriptor, eof: false, trouble: null });
  }

  async detach(slot: number): Promise<void> {
    if (!this.streams.delete(slot)) throw new FastScoreError('STREAM_NOT_ATTACHED', `Slot ${slot} has no stream`);
  }

  async scale(jets: number): Promise<void> {
    if (!Number.isInteger(jets) || jets < 0 || jets > 1024)
      throw new FastScoreError('BAD_COUNT', `From 0 to 1024, not ${jets}`);
    this.jets = jets;
  }

  async pause(): Promise<void> {
    this.become('paused');
  }

  async unpause(): Promise<void> {
    if (this.state !== 'paused') throw new FastScoreError('WRONG_STATE', 'The engine is not paused');
    this.become('running');
  }

  async reset(): Promise<void> {
    this.model = null;
    this.streams.clear();
    this.become('init');
  }

  async restore(source: AsyncIterable<Buffer>, options: RestoreOptions): Promise<{ id: string; model: string }> {
    if (this.state !== 'init') throw new FastScoreError('WRONG_STATE', 'The engine is running');
    const snapshot = await readSnapshot(source);
    const { header, hasNative } = snapshot;
    const trust = typeof options.trust === 'boolean' ? options.trust : await options.trust(snapshot);
    if (hasNative && !trust) throw new FastScoreError('SNAPSHOT_UNTRUSTED', 'The snapshot is not to be trusted');
    this.restored = { id: header.id, model: header.model, trust };
    return { id: header.id, model: header.model };
  }

  async snapshot(trigger: string, misc?: string): Promise<SnapshotSummary> {
    if (this.model === null) throw new FastScoreError('MODEL_NOT_LOADED', 'No model is loaded');
    const type = `${trigger}/${misc ?? ''}`;
    return { id: 'abcd1234', model: this.model.name, created_on: '2026-03-01T08:30:00Z', type, size: 42 };
  }

  async input(slot: number, body: Buffer): Promise<void> {
    if (!this.streams.has(slot)) throw new FastScoreError('STREAM_NOT_ATTACHED', `Slot ${slot} has no REST stream`);
    const queue = this.#records.get(slot + 1) ?? [];
    queue.push(Buffer.from(body));
    this.#records.set(slot + 1, queue);
    for (const wake of [...this.#waiting]) wake();
  }

  async output(slot: number, waitMs: number): Promise<Buffer | 'empty' | 'eof'> {
    if (!this.streams.has(slot)) throw new FastScoreError('STREAM_NOT_ATTACHED', `Slot ${slot} has no REST stream`);
    const record = this.#records.get(slot)?.shift();
    if (record !== undefined) return record;
    if (this.ended) return 'eof';
    if (waitMs <= 0) return 'empty';
    await this.#wait(waitMs);
    return this.output(slot, 0);
  }

  /** As if outputs could never be told apart. */
  roundTrip(): null {
    return null;
  }

  stateEntries(): Iterable<StateEntry> {
    return this.values.values();
  }

  stateEntry(key: Key): StateEntry | null {
    return this.values.get(describeKey(key)) ?? null;
  }

  async setState(key: Key, json: string): Promise<void> {
    this.values.set(describeKey(key), numberEntry(key, json));
  }

  async deleteState(key: Key): Promise<boolean> {
    return this.values.delete(describeKey(key));
  }

  async waitWhile(state: EngineState, waitMs: number): Promise<EngineState> {
    if (this.state === state) await this.#wait(waitMs);
    return this.state;
  }

  async settled(): Promise<void> {}

  onMessage(listener: (message: EngineMessage) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  onFlow(listener: (flow: Flow) => void): () => void {
    return this.measures.flows.add(listener);
  }

  onTrace(listener: (trace: Trace) => void): () => void {
    return this.measures.traces.add(listener);
  }

  streamCosts(slot: number): StreamCosts | null {
    return this.costs.get(slot) ?? null;
  }

  async close(): Promise<void> {}

  become(state: EngineState): void {
    this.state = state;
    this.say({ type: 'engine-state', state });
    for (const wake of [...this.#waiting]) wake();
  }

  say(message: EngineMessage): void {
    for (const listener of this.#listeners) listener(message);
  }

  /** Back to a new engine's state; methods that a test has replaced are the old ones again. */
  clear(): void {
    for (const [name, value] of Object.entries(this))
      if (typeof value === 'function') Reflect.deleteProperty(this, name);
    Object.assign(this, { state: 'init', model: null, verified: null, jets: 0, restored: null, ended: false });
    this.override = {};
    this.streams.clear();
    this.values.clear();
    this.#records.clear();
    // Who follows it forgets what was before, as after a reset.
    this.become('init');
  }

  get waitingCount(): number {
    return this.#waiting.size;
  }

  #wait(waitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, waitMs);
      this.#waiting.add(wake);
    });
  }
}

/** A number that no jet works with. */
export function numberEntry(key: Key, json: string): StateEntry {
  return {
    key,
    version: 1,
    bytes: json.length,
    type: 'number',
    json,
    native: null,
    updatedAt: 0,
    lentTo: null,
    lentForMs: null,
    shared: false,
    waiting: [],
  };
}
