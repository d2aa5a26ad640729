import type { Readable, Writable } from 'node:stream';
import type { Fields } from '../fields.ts';
import type { InputPosition, OutputCheckpoint, OutputPosition, OutputStream } from '../types.ts';

/** An opened input. One `read` at a time. */
export interface InputTransport {
  /** Offset of what the first `read` gives: in bytes or records, as the transport seeks; 0 when it cannot. */
  readonly start: number;
  /**
   * What has come, at least something: slices of the byte stream, or whole records when the transport keeps
   * boundaries. null at the end, and after `close`. When others follow that do not go on from the bytes before: 'anew' if
   * these have broken off, 'next' if they have come to their end, as one file of several. The buffers belong to the reader.
   * Not calling it is the brake.
   */
  read(): Promise<readonly Buffer[] | 'anew' | 'next' | null>;
  /** Goes back to the very beginning; null when this input cannot. */
  readonly rewind: (() => Promise<void>) | null;
  /**
   * For inputs with several offsets: where to go on when the records before `record`, counted from `start`, have been
   * taken. It is called for numbers that only grow.
   */
  readonly positionAt?: (record: number) => InputPosition;
  /** For inputs that keep elsewhere how far they have been used, as `InputStream.commit`. */
  readonly commit?: (position: InputPosition) => void;
  /**
   * For inputs with several parts, where what a `read` gives is of one part: an `end` control record has come, and what follows it in
   * its part is not wanted. @param record number of the record behind it
   * @returns whether that ends the input
   */
  readonly endPart?: (record: number) => boolean;
  /** Where REST delivers bodies: resolves when there is room for more. */
  readonly push: ((body: Buffer) => Promise<void>) | null;
  /** May be called twice; ends a `read` under way. */
  close(): Promise<void>;
}

/** An opened output. */
export interface OutputTransport {
  /**
   * Takes slices of the byte stream, or whole records when the transport keeps boundaries, in the order of the
   * calls. At least one. Resolves when there is room for more, or when that will never be; where bytes leave the
   * process not before the system has taken them, where a peer acknowledges them not before that.
   */
  write(chunks: readonly Buffer[]): Promise<void>;
  /** Where that comes later still: resolves when all so far has been acknowledged, or never will be. */
  acknowledged?(): Promise<void>;
  /** Makes what has been written so far be acknowledged now. */
  hasten?(): Promise<void>;
  /** Where REST fetches bodies, as in `OutputStream.pull`. */
  readonly pull: OutputStream['pull'];
  /** For outputs that can be cut back to where a snapshot was taken. */
  readonly checkpoint?: OutputCheckpoint;
  /** True when all has been consumed after `close`. */
  readonly ended: boolean;
  /** May be called twice. @param lingerMs how long to wait for what is still to be written; null: not at all */
  close(lingerMs: number | null): Promise<void>;
}

export interface OpenTransportOptions {
  /** Something a person should know that does not stop the stream. */
  readonly onWarning: (text: string) => void;
  /** Why the stream has no connection for the time being; null when it has one again. */
  readonly onTrouble: (reason: string | null) => void;
  /** Directory that files must lie in; null: anywhere. */
  readonly dataRoot: string | null;
}

export interface OpenInputTransportOptions extends OpenTransportOptions {
  /** Where to begin, in bytes or records as the transport seeks. */
  readonly start: number | 'earliest' | 'latest';
  /** Whether an earlier run has read everything before `start`: an input that ends before is another one. */
  readonly isContinued: boolean;
  /** For inputs with several offsets: where to go on; it wins over `start`. */
  readonly partitions: Extract<InputPosition, { partitions: unknown }> | null;
  /** Forgets what has been read and not taken: it will be read again. False when it is too late for that, at the end of the input. */
  readonly forget: () => boolean;
  /** Others are about to go on with the input, as `InputStream.onHandOver`. */
  readonly onHandOver: () => void;
  readonly stdin: Readable;
}

export interface OpenOutputTransportOptions extends OpenTransportOptions {
  /** Where to go on, as the checkpoint of an earlier run told it; null: the output begins. */
  readonly position: OutputPosition | null;
  readonly stdout: Writable;
  /** A record, as it was given to `write`, is left out: the place does not take it. Called before its `write` resolves. */
  readonly onReject: (record: Buffer, reason: string) => void;
  /** Not all that was written has arrived, nor will it: told in words before the writes resolve. The stream ends in order all the same. */
  readonly onLost: (text: string) => void;
  /** The output is broken for good. */
  readonly onFailure: (error: unknown) => void;
}

/** Where data comes from or goes to, as a descriptor says it. Both `open` functions throw what went wrong as it is. */
export interface Transport {
  /** As in descriptors: `REST`, `file`. */
  readonly type: string;
  /** For messages, with the place: `file '/data/in.json'`. */
  readonly label: string;
  /** Whether it keeps record boundaries: then no envelope is needed. */
  readonly boundaries: boolean;
  /** What an envelope in the descriptor means although boundaries are kept; an error by default. */
  readonly ignoresEnvelope: boolean;
  /** Whether records are rows, which have no encoding of their own. */
  readonly isRows?: true;
  /** The only encoding that its records can have; absent: any. */
  readonly needsEncoding?: 'json';
  /** In what it can seek, if it can. */
  readonly seek: 'bytes' | 'records' | null;
  /** Whether an input begins with what is new, unless the descriptor says something else. */
  readonly startsAtEnd?: true;
  /** null: cannot be used for input. */
  readonly openInput: ((options: OpenInputTransportOptions) => Promise<InputTransport>) | null;
  /** null: cannot be used for output. */
  readonly openOutput: ((options: OpenOutputTransportOptions) => Promise<OutputTransport>) | null;
  /** For dry runs: fields beside `type`, lower case with underscores. */
  internal(): Record<string, unknown>;
}

export interface ParseTransportOptions {
  /** The field `Envelope` of the descriptor, undefined when omitted. */
  readonly envelope: unknown;
  readonly warnings: string[];
}

/** A kind of transport that a descriptor can name. */
export interface TransportType {
  readonly name: string;
  /** Fields beside `Type`, legacy spellings included. */
  readonly fields: readonly string[];
  parse(fields: Fields, options: ParseTransportOptions): Transport;
}
