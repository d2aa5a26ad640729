import type { InputPosition, InputStream, OutputStream } from '../streams/types.ts';
import { RejectLog } from './reject-log.ts';
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
  readonly rejects = new RejectLog();
}

export class InputSlot {
  readonly attached: AttachedStream;
  readonly stream: InputStream;
  readonly counts: SlotCounts;
  /** All records are in the descriptor: the input is short and comes to its end by itself. */
  readonly isInline: boolean;
  /** The next thing to read after what has been dispatched; null when the transport cannot seek. */
  position: InputPosition | null = null;

  constructor(attached: AttachedStream, stream: InputStream, counts: SlotCounts, isInline: boolean) {
    this.attached = attached;
    this.stream = stream;
    this.counts = counts;
    this.isInline = isInline;
  }
}

export class OutputSlot {
  readonly attached: AttachedStream;
  readonly stream: OutputStream;
  readonly counts: SlotCounts;

  constructor(attached: AttachedStream, stream: OutputStream, counts: SlotCounts) {
    this.attached = attached;
    this.stream = stream;
    this.counts = counts;
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
  return { ...attached, eof: stream.ended };
}
