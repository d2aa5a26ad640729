/** Frames between engine and jet, as typed values. `docs/jet-protocol.md` is the contract; codecs turn these into bytes. */
import type { RecordForm, Records } from '../core/records.ts';
import type { Key } from '../core/state/key.ts';
import type { StateValue } from '../core/state/value.ts';

export const PROTOCOL_VERSION = 1;
export const MAX_FRAME_BYTES = 1 << 30;

export type JetLanguage = 'python' | 'R';

/** Form wanted per output slot in use. */
export type EmitForms = Readonly<Record<number, RecordForm>>;

export interface StartedModel {
  readonly name: string;
  readonly file: string;
  readonly explicit: boolean;
  readonly slots: readonly { slot: number; action: string | null; recordsets: boolean }[];
}

export interface StartFrame {
  readonly t: 'start';
  readonly model: StartedModel;
  readonly jet: number;
  /** How many keys the jet may remember between two batches; when there are more it hands all of them in, and forgets them. */
  readonly remember: number;
}

export interface BatchFrame {
  readonly t: 'batch';
  readonly id: number;
  readonly slot: number;
  /** Sequence number of the first record. */
  readonly seqno: number;
  readonly records: Records;
  readonly emit: EmitForms;
  /** Whether the result has to tell which record each output came from. */
  readonly origins: boolean;
}

export type EngineFrame =
  | StartFrame
  | { readonly t: 'begin' }
  | BatchFrame
  | { readonly t: 'end'; readonly emit: EmitForms }
  | ProgramFrame
  | RecallFrame
  | StateReply;

/** Starts the program of an explicit model, or answers what it asks. */
export type ProgramFrame =
  | BatchFrame
  | { readonly t: 'run' | 'go'; readonly emit: EmitForms }
  | { readonly t: 'eof'; readonly slot: number; readonly emit: EmitForms };

/** What jets borrow: a key, or a pool with all of its items. */
export type Lendable = Key | { readonly kind: 'pool'; readonly pool: string };

/** Asks back what was lent; of a pool all that the jet has of it. */
export interface RecallFrame {
  readonly t: 'recall';
  readonly key: Lendable;
}

/** A pool that is lent as a whole, to a jet that remembers what it knew of it. */
export interface LentPool {
  /** The jet shall forget what it knew. */
  readonly fresh: boolean;
  /** There are no other items than those that the jet knows or has to ask for. */
  readonly complete: boolean;
  /** What has changed since the jet had the pool last. */
  readonly items: readonly (readonly [item: string, value: StateValue])[];
  /** What has changed, too, but has to be asked for. */
  readonly unknown: readonly string[];
}

export interface StateReply {
  readonly t: 'reply';
  readonly value?: StateValue | null;
  readonly version?: number;
  readonly stored?: boolean;
  readonly keys?: readonly string[];
  /** The key is lent to the jet from now on. */
  readonly lent?: boolean;
  /** With `lent`: not the key alone is lent, but its pool. */
  readonly pool?: LentPool;
  readonly error?: { readonly code: string; readonly message: string };
}

export type StateRequest =
  | { readonly t: 'state'; readonly op: 'get' | 'turn' | 'release'; readonly key: Key }
  | { readonly t: 'state'; readonly op: 'keys'; readonly pool: string }
  | StoreRequest;

/** The requests that may change a key. */
export type StoreRequest =
  | { readonly t: 'state'; readonly op: 'set' | 'init'; readonly key: Key; readonly value: StateValue }
  | {
      readonly t: 'state';
      readonly op: 'cas';
      readonly key: Key;
      readonly version: number;
      readonly value: StateValue;
    }
  | { readonly t: 'state'; readonly op: 'delete'; readonly key: Key };

export interface JetOutput {
  readonly slot: number;
  readonly records: Records;
  /** On a slot with record sets: how many of the records each set has, in order; null on others. */
  readonly sets: readonly number[] | null;
  /** 0-based positions in the batch of the records that each was emitted for; null when nobody has asked, and for record sets. */
  readonly origins: readonly number[] | null;
  /** False for a language in which a scalar and an array of one element are the same value. */
  readonly haveScalars: boolean;
}

export interface JetReject {
  readonly side: 'in' | 'out';
  /** 0-based position in the batch; for side "out" -1 when nobody has asked for origins. */
  readonly index: number;
  readonly slot: number;
  readonly text: string;
  readonly reason: string;
}

/** What a jet has made of a key that is lent to it. */
export interface Change {
  readonly key: Key;
  readonly value: StateValue;
}

/** A jet gives a lent key back. */
export interface ReturnedLoan {
  readonly key: Key;
  /** null: as it was handed in last. */
  readonly value: StateValue | null;
  /** Operations on the key since it was lent. */
  readonly uses: number;
}

/** A jet gives a whole pool back. */
export interface ReturnedPool {
  readonly pool: string;
  /** Operations on its items since it was lent. */
  readonly uses: number;
  /** The jet has dropped what it knew of the pool. */
  readonly forgotten: boolean;
}

/** `changes` are about items of whole pools. */
export interface HandInFrame {
  readonly t: 'handin';
  readonly loans: ReturnedLoan[];
  readonly changes: Change[];
  readonly pools: ReturnedPool[];
}

export interface ModelFailure {
  readonly t: 'failed';
  readonly phase: 'load' | 'begin' | 'action' | 'end' | 'program';
  /** What came of the work before it failed. */
  readonly outputs: JetOutput[];
  readonly rejected: JetReject[];
  readonly changes: Change[];
  readonly message: string;
  readonly traceback: string;
  readonly id?: number;
  readonly index?: number;
}

export type JetFrame =
  | {
      readonly t: 'hello';
      readonly protocol: number;
      readonly language: JetLanguage;
      readonly version: string;
      readonly pid: number;
      /** The jet knows what to do with keys that are lent to it. */
      readonly lending: boolean;
    }
  | { readonly t: 'loaded' }
  | { readonly t: 'begun' }
  | ResultFrame
  | EndedFrame
  | AskFrame
  | ModelFailure
  | HandInFrame
  | StateRequest;

export interface EndedFrame {
  readonly t: 'ended';
  readonly outputs: JetOutput[];
  readonly rejected: JetReject[];
  readonly changes: Change[];
}

/** The program of an explicit model hands in what it has done so far, and waits. */
export interface AskFrame {
  readonly t: 'ask';
  /** The slot that it reads; null: it only writes. */
  readonly slot: number | null;
  readonly outputs: JetOutput[];
  readonly rejected: JetReject[];
  readonly changes: Change[];
}

export interface ResultFrame {
  readonly t: 'result';
  readonly id: number;
  readonly outputs: JetOutput[];
  readonly rejected: JetReject[];
  readonly changes: Change[];
}

/**
 * Frame bodies of one language. A codec holds what it needs to remember between the frames of one jet
 * (which records it left out of a batch, the forms asked for), so each jet has its own.
 */
export interface JetCodec {
  /** The body of a frame, as buffers to be written one after the other. */
  encode(frame: EngineFrame): Buffer[];
  /** @throws FastScoreError JET_PROTOCOL when the body is not one of the protocol's */
  decode(body: Buffer): JetFrame;
}
