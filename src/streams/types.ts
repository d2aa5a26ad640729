import type { FastScoreError } from '../core/errors.ts';
import type { RecordForm, Records, Reject } from '../core/records.ts';
import type { TypedSchema } from '../schema/typed-schema.ts';
import type { StreamCosts } from './costs.ts';

export interface ControlRecord {
  /** `snapshot` is an extension of 2.0: take one at this point of the input. */
  readonly kind: 'end' | 'set' | 'pig' | 'snapshot';
  readonly id?: number;
  readonly timestamp?: number;
  readonly misc?: string;
}

/** What an input stream has to give, in the order of the stream. */
export type InputItem =
  | {
      readonly kind: 'batch';
      readonly records: Records;
      /** Position of the next record to read, to go on from later; null when the transport cannot seek. */
      readonly position: InputPosition | null;
    }
  /** An explicit `set` that closed an empty record set, a pig, or the wish for a snapshot. `position` is as in a batch. */
  | { readonly kind: 'control'; readonly control: ControlRecord; readonly position: InputPosition | null }
  /** The end of the input: of the transport, or by an `end` control record. `position` is given by inputs that are told what is done. */
  | { readonly kind: 'eof'; readonly control: ControlRecord | null; readonly position?: InputPosition }
  /** Behind everything that was read before the input failed for good: nothing follows. */
  | { readonly kind: 'failure'; readonly error: FastScoreError };

/** Where a seekable transport would go on: always the next thing to read. */
export type InputPosition =
  | { readonly byte: number }
  | { readonly record: number }
  /** The next offset of each partition of a topic, and which of them are at their end. */
  | { readonly partitions: Readonly<Record<string, number>>; readonly ended?: readonly number[] };

/** Where an output that can be cut back ends: what a run that goes on from there keeps of it. */
export type OutputPosition =
  | { readonly byte: number }
  | {
      readonly record: number;
      readonly transaction?: TransactionPosition;
      /** For outputs with several offsets. */
      readonly partitions?: Readonly<Record<string, number>>;
    };

/** A transaction that is committed when the snapshot exists to which its end belongs. */
export interface TransactionPosition {
  readonly id: string;
  /** Who wrote it. */
  readonly producer: string;
  readonly epoch: number;
  /** All of it is in the output from this offset on. */
  readonly from: number;
  /** How many records it held at the snapshot. */
  readonly count: number;
}

/**
 * For an output that a later run can go on with as if nothing had been in between. Told of every snapshot, in this order:
 * `position` when it is taken, `prepare` before it exists, `settle` when it does or never will.
 */
export interface OutputCheckpoint {
  /** The end of all that `write` has been called with. */
  position(): OutputPosition;
  /** Resolves when everything up to the last position is where it survives the end of this process. */
  prepare(): Promise<void>;
  /** For an output that others see no more of than belongs to snapshots: whether there is one now for the last position. */
  settle?(isSaved: boolean): Promise<void>;
}

/** What a reader of a REST output gets: a record or chunk, `'empty'` when none came in time, `'eof'` after the last one. */
export type Pulled = Buffer | 'empty' | 'eof';

/**
 * A slot's opened input. The engine pulls: `take` never blocks and never allocates per record.
 * Reading ahead is bounded, so an engine that does not take pauses the transport.
 */
export interface InputStream {
  /**
   * What is there now, undefined when nothing is.
   * @param limit most records wanted; on a slot with record sets it is ignored, batching alone decides
   */
  take(limit: number): InputItem | undefined;
  /** `listener` is called each time `take` may have something after it had nothing. One listener. */
  onReady(listener: () => void): void;
  /** Records that could not be framed or decoded, since the last call. */
  takeRejects(): Reject[];
  /** True after the `eof` item has been taken. */
  readonly ended: boolean;
  /** The schema of a stream that was opened before it was known. Encodings that cannot do without one wait for it, and keep it. */
  useSchema(schema: TypedSchema | null): void;
  /** Whether a batch is a record set, from now on: what has been read ahead is divided anew. */
  useRecordSets(recordsets: boolean): void;
  /** The form of the records this stream delivers. */
  readonly form: RecordForm;
  readonly costs: StreamCosts;
  /** What is read, such as `file '/data/in.json'`: a position belongs to it. */
  readonly label: string;
  /** Why there is no connection for the time being, or why the input has failed; null when all is well. */
  readonly trouble: string | null;
  /** Set for REST streams: where a POST delivers its body. Resolves when it has been buffered. */
  readonly push: ((body: Buffer) => Promise<void>) | null;
  /**
   * Set for REST streams: the record that a body is, for one who takes it past the queue. A reject when it is none, null when
   * the body has to be pushed: it holds a control record, or bodies are not records by themselves.
   */
  readonly frame: ((body: Buffer) => Records | Reject | null) | null;
  /**
   * Set for inputs that keep elsewhere how far they have been used: to be called with the positions of items, in their order, up to
   * which everything is done and all that came of it has been acknowledged.
   */
  readonly commit: ((position: InputPosition) => void) | null;
  /** Called when others are about to go on with the input: what has been taken of it is to be done and acknowledged soon. */
  onHandOver(listener: () => void): void;
  close(): Promise<void>;
}

/** A slot's opened output. */
export interface OutputStream {
  /** The form in which the jets must deliver records for this stream. */
  readonly form: RecordForm;
  readonly costs: StreamCosts;
  /** What is written, such as `file '/data/out.json'`. */
  readonly label: string;
  /** Why there is no connection for the time being; null when all is well. */
  readonly trouble: string | null;
  /** null: what was written stays written, a run that goes on may write it again. */
  readonly checkpoint: OutputCheckpoint | null;
  /**
   * Hands records over in order. Resolves when the stream is ready for more: callers that await it are slowed to the pace of the consumer.
   * @returns the number of bytes handed to the transport
   */
  write(records: Records): Promise<number>;
  control(control: ControlRecord): Promise<void>;
  /**
   * Resolves when it is certain what has become of all that `write` has been called with so far: to true when it has been
   * acknowledged by where it goes, to false when it never will be.
   */
  acknowledged(): Promise<boolean>;
  /** Set for outputs that are acknowledged from time to time only: makes it now. */
  readonly hasten: (() => Promise<void>) | null;
  /** As for inputs. */
  useSchema(schema: TypedSchema | null): void;
  /** Called once when the transport fails for good. */
  onError(listener: (error: FastScoreError) => void): void;
  /** Records that the encoding or the envelope refused, since the last call. */
  takeRejects(): Reject[];
  /** Set for REST streams: the next record or chunk that comes within `waitMs`. */
  readonly pull: ((waitMs: number, signal?: AbortSignal) => Promise<Pulled>) | null;
  /**
   * Set for REST streams where a chunk is a record: what `pull` would give for each, without `write`. Records that the encoding
   * refuses are left out, see `takeRejects`.
   */
  readonly render: ((records: Records) => Buffer[]) | null;
  /** True when nothing more will come and everything has been consumed. */
  readonly ended: boolean;
  /** Ends the stream: waits up to the descriptor's LingerTime for what is still to be written. */
  close(): Promise<void>;
}
