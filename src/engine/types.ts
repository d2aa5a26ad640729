import type { ArchiveFormat } from '../catalog/attachments.ts';
import type { Reject } from '../core/records.ts';
import type { Snapshot } from '../core/snapshot/format.ts';
import type { Key } from '../core/state/key.ts';
import type { StateValue } from '../core/state/value.ts';
import type { NamedInterpreters } from '../jets/named-interpreters.ts';
import type { Lendable } from '../jets/protocol.ts';
import type { ImportPolicy } from '../model/libraries.ts';
import type { StreamCosts } from '../streams/costs.ts';
import type { StreamRate } from '../streams/rate.ts';
import type { Pulled } from '../streams/types.ts';
import type { JetTotals } from './jet-totals.ts';
import type { Flow, SnapshotCounts, Trace } from './measures.ts';
import type { WaitedFor } from './waits.ts';

/**
 * | state | what is true |
 * | --- | --- |
 * | init | the model or a stream of a slot in use is missing, or jets are starting |
 * | running | data flows |
 * | pigging | a pig is being followed from the inputs to the outputs; short |
 * | paused | nothing is dispatched |
 * | finishing | all inputs are at their end, jets still work |
 * | finished | inputs and outputs are at their end, jets are gone |
 * | error | unrecoverable: `EngineStatus.failure` says why; only `reset` leaves it |
 */
export type EngineState = 'init' | 'running' | 'pigging' | 'paused' | 'finishing' | 'finished' | 'error';

export interface ModelAttachment {
  readonly name: string;
  readonly format: ArchiveFormat;
  readonly path: string;
}

/** A file that models find under `path`, relative to their working directory. */
export interface EngineFile {
  readonly path: string;
  /** Where it is now. */
  readonly source: string;
}

export interface ModelSource {
  readonly name: string;
  /** Model type key: `python`, `python3`, `R`, ... */
  readonly mtype: string;
  readonly source: Buffer;
  /** Schemas that came with the model; they win over the catalog's. */
  readonly schemas?: ReadonlyMap<string, unknown>;
  /** Files of the engine itself, which each jet finds in its working directory too. */
  readonly files?: readonly EngineFile[];
  /** Archives whose members each jet finds in its working directory; the files may go when the model is loaded. */
  readonly attachments?: readonly ModelAttachment[];
  /** What is to be done with libraries that the model imports. */
  readonly importPolicy?: ImportPolicy;
  /** Interpreters that whoever loads the model has named. @default those that the environment of the engine names */
  readonly interpreters?: NamedInterpreters;
}

export interface SlotDescription {
  readonly slot: number;
  /** The resolved schema, null for an untyped slot. */
  readonly schema: unknown;
  readonly recordsets: boolean;
  /** Name of the callback; null for output slots. */
  readonly action: string | null;
}

/** What a dry run of a load says about a model. */
export interface ModelReport {
  readonly slots: readonly SlotDescription[];
  readonly installLibs: readonly string[];
  readonly warnLibs: readonly string[];
  readonly attachLibs: readonly string[];
  readonly snapshots: string;
  readonly warnings: readonly string[];
}

export interface JetStatus {
  readonly number: number;
  readonly pid: number;
  /** Digits only: clients use it in the names of taps. */
  readonly sandbox: string;
  readonly state: 'starting' | 'idle' | 'busy' | 'stopping';
  readonly records: number;
  readonly bytes: number;
  readonly outputRecords: number;
  readonly outputBytes: number;
  readonly restarts: number;
  /** Milliseconds with a batch in hand, and those of them spent waiting for keys that other jets had. */
  readonly busyMs: number;
  readonly waitedMs: number;
  /** What it is at; null when it has nothing to do. */
  readonly work: JetWorkStatus | null;
}

/** What the engine has asked of a jet, which it has not done yet. */
export interface JetWorkStatus {
  readonly doing: 'load' | 'begin' | 'batch' | 'program' | 'end';
  /** The records that it has in hand, one of which it is at; null when there are none. */
  readonly records: { readonly slot: number; readonly seqno: number; readonly count: number } | null;
  readonly ms: number;
}

/** Something that the engine or a jet waits for now. */
export interface WaitStatus {
  /** `key`: jets wait for a key or pool of another. */
  readonly for: WaitedFor | 'key';
  /** What is waited for, for `key` and `state`. */
  readonly key: Lendable | null;
  /** Numbers of the jets that wait, for `key`. */
  readonly waiting: readonly number[];
  /** Numbers of the jets that are waited for: that has the key, or those that are at work. */
  readonly on: readonly number[];
  readonly ms: number;
  /** null: as long as it takes. */
  readonly limitMs: number | null;
}

export interface SlotStatus {
  readonly slot: number;
  readonly records: number;
  readonly bytes: number;
  readonly rejectedBySchema: number;
  readonly rejectedByEncoding: number;
  /** The last rejected records, oldest first, at most 100. */
  readonly rejects: readonly Reject[];
  readonly eof: boolean;
}

/** Why the engine is in state error. */
export interface EngineFailure {
  readonly code: string;
  readonly message: string;
  /** The model's traceback as text, empty when the failure is not the model's. */
  readonly traceback: string;
  /** The records that caused it, at most a few, as text. */
  readonly input: {
    readonly slot: number;
    readonly seqno: number;
    readonly data: readonly string[];
    readonly batchLength: number;
    readonly encoding: string;
  } | null;
}

export interface ActiveModel {
  readonly name: string;
  readonly mtype: string;
  readonly source: string;
  /** The command that runs it. */
  readonly interpreter: string;
  /** Names of the archives that came with it. */
  readonly attachments: readonly string[];
  readonly report: ModelReport;
}

export interface ActiveStream {
  readonly slot: number;
  readonly name: string;
  /** As attached, capitalised field names. */
  readonly descriptor: unknown;
  readonly eof: boolean;
  /** Why there is no connection for the time being; null when all is well. */
  readonly trouble: string | null;
}

export interface EngineStatus {
  readonly state: EngineState;
  readonly model: ActiveModel | null;
  readonly streams: readonly ActiveStream[];
  readonly slots: readonly SlotStatus[];
  readonly jets: readonly JetStatus[];
  /** What jets have done since the engine was made, by number: also those that are gone. */
  readonly jetTotals: readonly JetTotals[];
  /** The number of jets wanted. */
  readonly scale: number;
  readonly failure: EngineFailure | null;
  /**
   * Since the engine was made: how often a key was asked back from a jet, how long others waited for it, and how many
   * updates of shared keys had to be done again.
   */
  readonly loans: { readonly recalls: number; readonly waitedMs: number; readonly conflicts: number };
  /** The longest first. */
  readonly waits: readonly WaitStatus[];
  readonly snapshots: SnapshotCounts;
  /** The snapshot taken last in this run, or the reason why one could not be taken. */
  readonly lastSnapshot: { readonly id: string | null; readonly error: string | null; readonly trigger: string } | null;
}

/** One key as seen from outside. */
export interface StateEntry {
  readonly key: Key;
  readonly version: number;
  readonly bytes: number;
  /** `null`, `boolean`, `number`, `string`, `list`, `map`, or `python object` / `R object`. */
  readonly type: string;
  /** JSON text; null for an object that only its language can open. */
  readonly json: string | null;
  /** The bytes in which its language serialized the value; null when JSON says all of it. */
  readonly native: StateValue['native'];
  /** When this value was stored or handed in, in milliseconds since 1970. */
  readonly updatedAt: number;
  /** Number of the jet that works on the key in its own memory; null when none does. */
  readonly lentTo: number | null;
  /** For how many milliseconds that jet has had it; null when none has. */
  readonly lentForMs: number | null;
  /** The key is not lent for now, because jets would wait for each other for too long. */
  readonly shared: boolean;
  /** Numbers of the jets that wait for the key, the next one first. */
  readonly waiting: readonly number[];
}

/** What happens in an engine, in the shapes that Pneumo publishes (the server adds source and time). */
export type EngineMessage =
  | { readonly type: 'log'; readonly level: number; readonly text: string }
  | { readonly type: 'model-console'; readonly text: string; readonly stream: 'stdout' | 'stderr' }
  | { readonly type: 'engine-state'; readonly state: EngineState }
  | {
      readonly type: 'engine-config';
      readonly item: 'model' | 'stream' | 'jet';
      readonly op: 'load' | 'reload' | 'unload' | 'attach' | 'reattach' | 'detach' | 'start' | 'stop';
      readonly ref?: number | string;
    }
  | { readonly type: 'model-error'; readonly failure: EngineFailure }
  | { readonly type: 'reject'; readonly reject: Reject };

/** Log levels of 1.10. */
export const LOG_LEVEL = { debug: 128, info: 64, notice: 32, warning: 16, error: 8, critical: 4 } as const;

export interface SnapshotSummary {
  readonly id: string;
  readonly model: string;
  readonly created_on: string;
  readonly type: string;
  readonly size: number;
}

export interface RestoreOptions {
  /** Whether values that only one language can open (pickle, R serialize) may be accepted; a function is asked when there are some. */
  readonly trust: boolean | ((snapshot: Snapshot) => Promise<boolean>);
  /**
   * Whether the next run goes on where the snapshot was taken: inputs are read on from there, file outputs are cut back
   * to there, record counts go on, and no `begin` overwrites the state. Streams that are attached already are opened
   * again. @default false
   */
  readonly resume?: boolean;
}

export interface VerifyStreamOptions {
  /** Whether the stream is for a model that is still to be loaded: then it need not go with the one that is. @default false */
  readonly apart?: boolean;
}

/**
 * One engine: a model, streams on its slots, jets, shared state. Methods reject with a FastScoreError;
 * `WRONG_STATE` where the state of the engine forbids the operation.
 */
export interface Engine {
  readonly name: string;
  readonly state: EngineState;
  status(): EngineStatus;
  /** Dry run of `load`: every check, nothing changed. */
  verify(model: ModelSource): Promise<ModelReport>;
  /** Loads a model, or replaces the running one without stopping the flow. */
  load(model: ModelSource): Promise<ModelReport>;
  unload(): Promise<void>;
  /** Dry run of `attach`. @returns the internal form of the descriptor */
  verifyStream(slot: number, descriptor: unknown, options?: VerifyStreamOptions): Promise<unknown>;
  /** Up to `count` records of a stream, read apart from the job. */
  sampleStream(descriptor: unknown, count: number): Promise<Buffer[]>;
  /** How fast a stream comes, measured apart from the job. */
  measureStream(descriptor: unknown): Promise<StreamRate>;
  attach(slot: number, stream: { name: string; descriptor: unknown }): Promise<void>;
  detach(slot: number): Promise<void>;
  /** Before a run it is for the next one. @param limitMs until when jets must have started or left; by default the engine's own limit */
  scale(jets: number, limitMs?: number): Promise<void>;
  pause(): Promise<void>;
  unpause(): Promise<void>;
  /** @param force streams are left to themselves: nothing waits until they are closed */
  reset(force?: boolean): Promise<void>;
  /**
   * Replaces the whole state by a snapshot's, or changes nothing. Only in state init.
   */
  restore(source: AsyncIterable<Buffer>, options: RestoreOptions): Promise<{ id: string; model: string }>;
  /**
   * Takes a snapshot at a barrier, under the name of the loaded model. One that cannot be taken is given up with TIMED_OUT or WRONG_STATE.
   * @param limitMs how long records may wait for it; by default the engine's own limit
   */
  snapshot(trigger: string, misc?: string, limitMs?: number): Promise<SnapshotSummary>;
  /** Delivers one body to the REST stream of an input slot. */
  input(slot: number, body: Buffer): Promise<void>;
  /** Next record of the REST stream of an output slot. @param signal of a reader who gives up: no record is taken for it */
  output(slot: number, waitMs: number, signal?: AbortSignal): Promise<Pulled>;
  /**
   * Gives the model one record by way of REST streams, and gives back the output that it makes of this record: one that emits
   * none gets the next output that nobody else has asked for. Many may be under way at a time.
   * @returns null, with nothing done, when outputs cannot be told apart: no model runs or it is explicit, a slot takes record
   *   sets, or bodies are not records by themselves. Then `input` and `output` are left, one after the other
   * @throws FastScoreError as `input` and `output` do; the promise rejects with RECORD_INVALID when the record or its output was
   *   rejected, and with the failure of the model
   */
  roundTrip(question: { from: number; to: number; body: Buffer }, waitMs: number): Promise<Pulled> | null;
  stateEntries(): Iterable<StateEntry>;
  stateEntry(key: Key): StateEntry | null;
  /**
   * Stores a JSON value from outside, after what waits in line for the key. Rejects with TIMED_OUT, and changes nothing, when the key does not
   * become free within `limitMs`, by default the engine's own limit.
   */
  setState(key: Key, json: string, limitMs?: number): Promise<void>;
  /** The same. @returns false when there was nothing to delete */
  deleteState(key: Key, limitMs?: number): Promise<boolean>;
  /** Resolves when `state` is not `state` any more, or after `waitMs`. */
  waitWhile(state: EngineState, waitMs: number): Promise<EngineState>;
  /** Resolves when a run that has failed has written the outputs that it still had. */
  settled(): Promise<void>;
  onMessage(listener: (message: EngineMessage) => void): () => void;
  /** Told of each batch at each point that it passes. */
  onFlow(listener: (flow: Flow) => void): () => void;
  /** Told of each step in words. Only while somebody listens are there any words. */
  onTrace(listener: (trace: Trace) => void): () => void;
  /** What the stream at a slot has cost since it was opened; null when there is none. */
  streamCosts(slot: number): StreamCosts | null;
  /** Stops jets and streams; the engine cannot be used afterwards. */
  close(): Promise<void>;
}
