import { FastScoreError } from '../core/errors.ts';
import type { Records } from '../core/records.ts';
import type { TypedSchema } from '../schema/typed-schema.ts';
import { warningOfUnknownAttributes } from '../schema/unknown-attributes.ts';
import type { StreamDescriptor } from '../streams/descriptor.ts';
import { internalForm, parseDescriptor } from '../streams/descriptor.ts';
import { openInput } from '../streams/open-input.ts';
import { openOutput } from '../streams/open-output.ts';
import type { StreamRate } from '../streams/rate.ts';
import { measureRate } from '../streams/rate.ts';
import { sampleStream } from '../streams/sample.ts';
import type { OutputStream } from '../streams/types.ts';
import type { LoadedModel } from './load-model.ts';
import { refusedRecord } from './refused-record.ts';
import type { Resumption } from './resumption.ts';
import { isInput } from './slot-direction.ts';
import { joinSchemas, resolveStreamSchema } from './slot-schema.ts';
import type { AttachedStream, StreamPlan } from './slots.ts';
import { InputSlot, OutputSlot, SlotCounts } from './slots.ts';
import { takesRecordSets } from './takes-record-sets.ts';

export interface AttachOptions {
  /** The model that is loaded, null as long as none is. */
  readonly model: LoadedModel | null;
  /** Where to go on; null: as the descriptor says. */
  readonly resumption: Resumption | null;
  readonly onWarning: (text: string) => void;
}

export interface PipelineOptions {
  /** Whether streams may read and write the standard streams of this process. */
  readonly standardStreams: boolean;
  /** Directory that files of streams must lie in; null: anywhere. */
  readonly dataRoot: string | null;
  /** The catalog's schema of that name, undefined when there is none. */
  findSchema(name: string): Promise<unknown>;
}

/** The streams attached to the slots of an engine. */
export class Pipeline {
  readonly inputs = new Map<number, InputSlot>();
  readonly outputs = new Map<number, OutputSlot>();
  readonly #options: PipelineOptions;

  constructor(options: PipelineOptions) {
    this.#options = options;
  }

  get(slot: number): InputSlot | OutputSlot | undefined {
    return isInput(slot) ? this.inputs.get(slot) : this.outputs.get(slot);
  }

  /** In the order of their numbers. */
  get slots(): (InputSlot | OutputSlot)[] {
    return [...this.inputs.values(), ...this.outputs.values()].sort((a, b) => a.attached.slot - b.attached.slot);
  }

  /** Records taken from all inputs. */
  get recordsIn(): number {
    return [...this.inputs.values()].reduce((sum, { counts }) => sum + counts.records, 0);
  }

  /** Checks a descriptor without opening anything. @returns its internal form */
  async verify(slot: number, descriptor: unknown, model: LoadedModel | null): Promise<unknown> {
    const plan = await this.#plan(descriptor, model);
    const { stream } = joinSchemas(slot, plan, model, { isDryRun: true });
    return internalForm(plan.descriptor, stream === null ? null : stream?.json);
  }

  /** Up to `count` records of a stream that need not be attached anywhere. */
  async sample(descriptor: unknown, count: number): Promise<Buffer[]> {
    const { descriptor: parsed, schema } = await this.#planToRead(descriptor);
    return sampleStream(parsed, count, { schema, dataRoot: this.#options.dataRoot });
  }

  /** How fast a stream comes that need not be attached anywhere. */
  async measure(descriptor: unknown): Promise<StreamRate> {
    const { descriptor: parsed, schema } = await this.#planToRead(descriptor);
    return measureRate(parsed, { schema, dataRoot: this.#options.dataRoot });
  }

  /**
   * Whether the streams go with a model.
   * @returns what puts its schemas into effect: to be called when the model is loaded
   * @throws FastScoreError BAD_DESCRIPTOR, SCHEMA_MISMATCH
   */
  match(model: LoadedModel): () => void {
    const joined = this.slots.map((slot) => [slot, joinSchemas(slot.attached.slot, slot.plan, model)] as const);
    return () => {
      for (const [slot, { stream, check }] of joined) {
        slot.stream.useSchema(stream ?? null);
        slot.plan = settled(slot.plan, stream);
        slot.check = check;
        if (slot instanceof InputSlot) useRecordSets(slot, model);
      }
    };
  }

  /**
   * Opens a stream and puts it in its slot. What was there before is replaced at once and closed afterwards.
   * @returns the slot and the stream that it replaced, for the caller to close
   */
  async attach(attached: AttachedStream, options: AttachOptions): Promise<InputSlot | OutputSlot> {
    const { slot, descriptor } = attached;
    const { model, resumption, onWarning } = options;
    const { dataRoot } = this.#options;
    const plan = await this.#plan(descriptor, model);
    const { descriptor: parsed } = plan;
    const { stream: schema, check } = joinSchemas(slot, plan, model);
    this.#assertAllowed(parsed.transport.type);
    for (const warning of parsed.warnings) onWarning(`Stream at slot ${slot}: ${warning}`);
    const unknown = plan.schema === 'inherit' ? null : warningOfUnknownAttributes(plan.schema?.json);
    if (unknown !== null) onWarning(`Stream at slot ${slot}: its schema ${unknown}`);
    const old = this.get(slot);
    const counts = old?.counts ?? new SlotCounts();
    const place = resumption?.at(slot, parsed.transport.label) ?? null;
    if (place !== null) counts.records = place.records;
    if (isInput(slot)) {
      const position = place?.input ?? null;
      const stream = await openInput(parsed, { slot, schema, recordsets: undefined, position, dataRoot, onWarning });
      const opened = new InputSlot(attached, settled(plan, schema), { stream, counts, check });
      opened.position = position;
      if (model !== null) useRecordSets(opened, model);
      this.inputs.set(slot, opened);
      await old?.stream.close();
      return opened;
    }
    // An output is closed first: it may be the same file.
    await old?.stream.close();
    const stream = await openOutput(parsed, { slot, schema, position: place?.output ?? null, dataRoot, onWarning });
    const opened = new OutputSlot(attached, settled(plan, schema), { stream, counts, check });
    this.outputs.set(slot, opened);
    return opened;
  }

  /** @throws FastScoreError STREAM_NOT_ATTACHED */
  async detach(slot: number): Promise<void> {
    const found = this.get(slot);
    if (found === undefined) throw new FastScoreError('STREAM_NOT_ATTACHED', `No stream attached to slot ${slot}`);
    this.inputs.delete(slot);
    this.outputs.delete(slot);
    await (found instanceof InputSlot ? closeInput(found) : found.stream.close());
  }

  /** Where bodies for a REST input go. @throws FastScoreError STREAM_NOT_ATTACHED */
  restInput(slot: number): (body: Buffer) => Promise<void> {
    const push = this.inputs.get(slot)?.stream.push ?? null;
    if (push === null) throw noRestStream(slot);
    return push;
  }

  /** Where records of a REST output come from. @throws FastScoreError STREAM_NOT_ATTACHED */
  restOutput(slot: number): NonNullable<OutputStream['pull']> {
    const pull = this.outputs.get(slot)?.stream.pull ?? null;
    if (pull === null) throw noRestStream(slot);
    return pull;
  }

  /**
   * The record that a body for a REST input is, when outputs for it can be told from others.
   * @returns null when they cannot
   * @throws FastScoreError STREAM_NOT_ATTACHED, RECORD_INVALID, BAD_INPUT
   */
  frame(from: number, to: number, body: Buffer): Records | null {
    this.restInput(from);
    this.restOutput(to);
    const input = this.inputs.get(from);
    const framed =
      input?.recordsets || this.outputs.get(to)?.stream.render == null ? null : input?.stream.frame?.(body);
    if (framed == null) return null;
    if (!('form' in framed)) throw refusedRecord(framed);
    if (framed.count === 0) throw new FastScoreError('BAD_INPUT', 'The body has no record in it');
    return framed;
  }

  /** Ends the outputs: each waits for what is still to be written, as long as its LingerTime allows. */
  async closeOutputs(): Promise<void> {
    await Promise.all([...this.outputs.values()].map(({ stream }) => stream.close()));
  }

  /** Ends the inputs. To be called behind {@link closeOutputs}: then they know what has become of their records. */
  async closeInputs(): Promise<void> {
    await Promise.all([...this.inputs.values()].map(closeInput));
  }

  /** Ends those inputs that others may go on with. To be called behind {@link closeOutputs}, too. */
  async leaveInputs(): Promise<void> {
    const left = [...this.inputs.values()].filter(({ progress }) => progress !== null);
    await Promise.all(left.map(closeInput));
  }

  /** Schemas that came with the model win over the catalog's. */
  async #plan(json: unknown, model: LoadedModel | null): Promise<StreamPlan> {
    const descriptor: StreamDescriptor = parseDescriptor(json);
    const embedded = model?.source.schemas;
    const find = async (name: string): Promise<unknown> =>
      embedded?.has(name) === true ? embedded.get(name) : this.#options.findSchema(name);
    return { descriptor, schema: await resolveStreamSchema(descriptor.schema, find) };
  }

  async #planToRead(json: unknown): Promise<{ descriptor: StreamDescriptor; schema: TypedSchema | null }> {
    const { descriptor, schema } = await this.#plan(json, null);
    this.#assertAllowed(descriptor.transport.type);
    return { descriptor, schema: schema === 'inherit' ? null : schema };
  }

  /** An engine that serves others must not let them read its terminal, nor write into what it prints. */
  #assertAllowed(transport: string): void {
    if (transport === 'exec' && this.#options.dataRoot !== null) {
      throw new FastScoreError('BAD_DESCRIPTOR', "Transport 'exec' is not allowed: its command could reach any file", {
        hint: 'This engine keeps the files of streams to its data root: serve it without --data-root if that is not wanted',
      });
    }
    if (this.#options.standardStreams || (transport !== 'stdin' && transport !== 'stdout')) return;
    throw new FastScoreError('BAD_DESCRIPTOR', `Transport '${transport}' would be that of the engine, not yours`, {
      hint: 'Use "fastscore run MODEL_FILE - -" for standard input and output',
    });
  }
}

async function closeInput({ stream, progress }: InputSlot): Promise<void> {
  await progress?.known();
  await stream.close();
}

function useRecordSets(slot: InputSlot, model: LoadedModel): void {
  slot.recordsets = takesRecordSets(model, slot.attached.slot);
  slot.stream.useRecordSets(slot.recordsets);
}

/** An encoding that cannot do without a schema keeps the first one that it inherits: a later model has to go with it. */
function settled(plan: StreamPlan, schema: TypedSchema | null | undefined): StreamPlan {
  const keeps = plan.schema === 'inherit' && schema !== undefined && plan.descriptor.encoding.schemaNeeded !== null;
  return keeps ? { ...plan, schema } : plan;
}

function noRestStream(slot: number): FastScoreError {
  return new FastScoreError('STREAM_NOT_ATTACHED', `No REST stream is attached to slot ${slot}`, {
    hint: `fastscore stream attach rest: ${slot}`,
  });
}
