import type { RecordCheck } from '../schema/record-check.ts';
import type { StreamDescriptor } from '../streams/descriptor.ts';
import type { InputPosition, InputStream, OutputStream } from '../streams/types.ts';
import { InputProgress } from './input-progress.ts';
import { RecordNumbers } from './record-numbers.ts';
import { RejectLog } from './reject-log.ts';
import type { StreamSchema } from './slot-schema.ts';
import type { ActiveStream, SlotStatus } from './types.ts';

export interface AttachedStream {
  readonly slot: number;
  readonly name: string;
  /** The descriptor as it was attached. */
  readonly descriptor: unknown;
}

/** Counts of one slot; they outlive a stream that is replaced. */
export class SlotCounts {
  records = 0;
  bytes = 0;
  /** Rejected input records that are not among `records`. */
  leftOut = 0;
  readonly rejects = new RejectLog();
}

/** A point of an input. */
export interface InputPlace {
  readonly records: number;
  /** What is to be read next there; null when the transport cannot seek. */
  readonly position: InputPosition | null;
}

/** What is known of a stream before it is opened. */
export interface StreamPlan {
  readonly descriptor: StreamDescriptor;
  readonly schema: StreamSchema;
}

export class InputSlot {
  readonly attached: AttachedStream;
  plan: StreamPlan;
  readonly stream: InputStream;
  readonly counts: SlotCounts;
  /** Records are checked when they are dispatched: by then it is certain which model gets them. */
  check: RecordCheck;
  /** Whether a batch is a record set, as the loaded model says. */
  recordsets = false;
  /** The next thing to read after what has been dispatched; null when the transport cannot seek. */
  position: InputPosition | null = null;
  readonly numbers: RecordNumbers;
  /** For inputs that are told how far they have been used. */
  readonly progress: InputProgress | null;

  constructor(
    attached: AttachedStream,
    plan: StreamPlan,
    { stream, counts, check }: { stream: InputStream; counts: SlotCounts; check: RecordCheck },
  ) {
    this.attached = attached;
    this.plan = plan;
    this.stream = stream;
    this.counts = counts;
    this.check = check;
    this.numbers = new RecordNumbers(counts.records + counts.leftOut);
    const { commit } = stream;
    this.progress = commit === null ? null : new InputProgress(commit);
  }

  /** All records are in the descriptor: the input is short and comes to its end by itself. */
  get isInline(): boolean {
    return this.plan.descriptor.transport.type === 'inline';
  }
}

export class OutputSlot {
  readonly attached: AttachedStream;
  plan: StreamPlan;
  readonly stream: OutputStream;
  readonly counts: SlotCounts;
  check: RecordCheck;

  constructor(
    attached: AttachedStream,
    plan: StreamPlan,
    { stream, counts, check }: { stream: OutputStream; counts: SlotCounts; check: RecordCheck },
  ) {
    this.attached = attached;
    this.plan = plan;
    this.stream = stream;
    this.counts = counts;
    this.check = check;
  }
}

export function slotStatus({ attached, stream, counts }: InputSlot | OutputSlot): SlotStatus {
  return {
    slot: attached.slot,
    records: counts.records,
    bytes: counts.bytes,
    rejectedBySchema: counts.rejects.bySchema,
    rejectedByEncoding: counts.rejects.byEncoding,
    rejects: counts.rejects.last,
    eof: stream.ended,
  };
}

export function activeStream({ attached, stream }: InputSlot | OutputSlot): ActiveStream {
  return { ...attached, eof: stream.ended, trouble: stream.trouble };
}
