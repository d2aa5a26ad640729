import type { FastScoreError } from '../core/errors.ts';
import type { RecordForm, Records, Reject } from '../core/records.ts';

export interface ControlRecord {
  readonly kind: 'end' | 'set' | 'pig';
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
  /** An explicit `set` that closed an empty record set, or a pig. */
  | { readonly kind: 'control'; readonly control: ControlRecord }
  /** The end of the input: of the transport, or by an `end` control record. */
  | { readonly kind: 'eof'; readonly control: ControlRecord | null };

/** Where a seekable transport would go on: always the next thing to read. */
export type InputPosition = { readonly byte: number } | { readonly record: number };

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
  /** Called once when the transport fails for good. */
  onError(listener: (error: FastScoreError) => void): void;
  /** Records that could not be framed or decoded, since the last call. */
  takeRejects(): Reject[];
  /** True after the `eof` item has been taken. */
  readonly ended: boolean;
  /** The form of the records this stream delivers. */
  readonly form: RecordForm;
  /** Set for REST streams: where a POST delivers its body. Resolves when it has been buffered. */
  readonly push: ((body: Buffer) => Promise<void>) | null;
  close(): Promise<void>;
}

/** A slot's opened output. */
export interface OutputStream {
  /** The form in which the jets must deliver records for this stream. */
  readonly form: RecordForm;
  /**
   * Hands records over in order. Resolves when the stream is ready for more: callers that await it are slowed to the pace of the consumer.
   * @returns the number of bytes handed to the transport
   */
  write(records: Records): Promise<number>;
  control(control: ControlRecord): Promise<void>;
  onError(listener: (error: FastScoreError) => void): void;
  /** Records that the encoding or the envelope refused, since the last call. */
  takeRejects(): Reject[];
  /**
   * Set for REST streams: the next record (or chunk), `'empty'` when none came within `waitMs`, `'eof'` after the last one.
   */
  readonly pull: ((waitMs: number) => Promise<Buffer | 'empty' | 'eof'>) | null;
  /** True when nothing more will come and everything has been consumed. */
  readonly ended: boolean;
  /** Ends the stream: waits up to the descriptor's LingerTime for what is still to be written. */
  close(): Promise<void>;
}
