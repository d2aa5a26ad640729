import { FastScoreError } from '../core/errors.ts';
import { internalForm, parseDescriptor } from '../streams/descriptor.ts';
import { openInput } from '../streams/open-input.ts';
import { openOutput } from '../streams/open-output.ts';
import type { Resumption } from './resumption.ts';
import { isInput } from './slot-direction.ts';
import type { AttachedStream } from './slots.ts';
import { InputSlot, OutputSlot, SlotCounts } from './slots.ts';

export interface AttachOptions {
  /** Whether the model takes record sets from the slot. */
  readonly recordsets: boolean;
  /** Where to go on; null: as the descriptor says. */
  readonly resumption: Resumption | null;
  readonly onWarning: (text: string) => void;
}

/** The streams attached to the slots of an engine. */
export class Pipeline {
  readonly inputs = new Map<number, InputSlot>();
  readonly outputs = new Map<number, OutputSlot>();
  readonly #standardStreams: boolean;

  constructor({ standardStreams }: { standardStreams: boolean }) {
    this.#standardStreams = standardStreams;
  }

  get(slot: number): InputSlot | OutputSlot | undefined {
    return isInput(slot) ? this.inputs.get(slot) : this.outputs.get(slot);
  }

  /** In the order of their numbers. */
  get slots(): (InputSlot | OutputSlot)[] {
    return [...this.inputs.values(), ...this.outputs.values()].sort((a, b) => a.attached.slot - b.attached.slot);
  }

  /** Checks a descriptor without opening anything. @returns its internal form */
  verify(descriptor: unknown): unknown {
    return internalForm(parseDescriptor(descriptor));
  }

  /**
   * Opens a stream and puts it in its slot. What was there before is replaced at once and closed afterwards.
   * @returns the slot and the stream that it replaced, for the caller to close
   */
  async attach(attached: AttachedStream, options: AttachOptions): Promise<InputSlot | OutputSlot> {
    const { slot, descriptor } = attached;
    const { recordsets, resumption, onWarning } = options;
    const parsed = parseDescriptor(descriptor);
    this.#assertOurs(parsed.transport.type);
    for (const warning of parsed.warnings) onWarning(`Stream at slot ${slot}: ${warning}`);
    const old = this.get(slot);
    const counts = old?.counts ?? new SlotCounts();
    const place = resumption?.at(slot, parsed.transport.label) ?? null;
    if (place !== null) counts.records = place.records;
    if (isInput(slot)) {
      const position = place?.input ?? null;
      const stream = await openInput(parsed, { slot, recordsets, position, onWarning });
      const opened = new InputSlot(attached, stream, counts, parsed.transport.type === 'inline');
      opened.position = position;
      this.inputs.set(slot, opened);
      await old?.stream.close();
      return opened;
    }
    // An output is closed first: it may be the same file.
    await old?.stream.close();
    const opened = new OutputSlot(
      attached,
      await openOutput(parsed, { slot, position: place?.output ?? null, onWarning }),
      counts,
    );
    this.outputs.set(slot, opened);
    return opened;
  }

  /** @throws FastScoreError STREAM_NOT_ATTACHED */
  async detach(slot: number): Promise<void> {
    const found = this.get(slot);
    if (found === undefined) throw new FastScoreError('STREAM_NOT_ATTACHED', `No stream attached to slot ${slot}`);
    this.inputs.delete(slot);
    this.outputs.delete(slot);
    await found.stream.close();
  }

  /** Where bodies for a REST input go. @throws FastScoreError STREAM_NOT_ATTACHED */
  restInput(slot: number): (body: Buffer) => Promise<void> {
    const push = this.inputs.get(slot)?.stream.push ?? null;
    if (push === null) throw noRestStream(slot);
    return push;
  }

  /** Where records of a REST output come from. @throws FastScoreError STREAM_NOT_ATTACHED */
  restOutput(slot: number): (waitMs: number) => Promise<Buffer | 'empty' | 'eof'> {
    const pull = this.outputs.get(slot)?.stream.pull ?? null;
    if (pull === null) throw noRestStream(slot);
    return pull;
  }

  /** Ends the outputs: each waits for what is still to be written, as long as its LingerTime allows. */
  async closeOutputs(): Promise<void> {
    await Promise.all([...this.outputs.values()].map(({ stream }) => stream.close()));
  }

  async closeInputs(): Promise<void> {
    await Promise.all([...this.inputs.values()].map(({ stream }) => stream.close()));
  }

  /** An engine that serves others must not let them read its terminal, nor write into what it prints. */
  #assertOurs(transport: string): void {
    if (this.#standardStreams || (transport !== 'stdin' && transport !== 'stdout')) return;
    throw new FastScoreError('BAD_DESCRIPTOR', `Transport '${transport}' would be that of the engine, not yours`, {
      hint: 'Use "fastscore run MODEL_FILE - -" for standard input and output',
    });
  }
}

function noRestStream(slot: number): FastScoreError {
  return new FastScoreError('STREAM_NOT_ATTACHED', `No REST stream is attached to slot ${slot}`, {
    hint: `fastscore stream attach rest: ${slot}`,
  });
}
