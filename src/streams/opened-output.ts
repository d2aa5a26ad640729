import type { FastScoreError } from '../core/errors.ts';
import type { RecordForm, Records, Reject } from '../core/records.ts';
import { splitRecords } from '../core/records.ts';
import type { TypedSchema } from '../schema/typed-schema.ts';
import type { Connection } from './connection.ts';
import { newStreamCosts } from './costs.ts';
import type { StreamDescriptor } from './descriptor.ts';
import type { Encoder } from './encodings/encoding.ts';
import type { Joiner } from './envelopes/envelope.ts';
import { framingOf } from './framing.ts';
import { asReject } from './reject.ts';
import type { OutputTransport } from './transports/transport.ts';
import type { ControlRecord, OutputStream } from './types.ts';

export interface OpenedOutputOptions {
  readonly slot: number;
  readonly connection: Connection;
  /** undefined: `useSchema` will tell. */
  readonly schema: TypedSchema | null | undefined;
  /** Whether something has been written already, by an earlier run. */
  readonly isContinued: boolean;
}

/**
 * An opened transport with an encoding and an envelope. What cannot be written is told to the error listener alone,
 * once: the promise of `write` resolves all the same.
 */
export class OpenedOutput implements OutputStream {
  readonly form: RecordForm;
  readonly costs = newStreamCosts();
  readonly label: string;
  readonly pull: OutputStream['pull'];
  readonly render: OutputStream['render'];
  readonly checkpoint: OutputStream['checkpoint'];
  readonly hasten: OutputStream['hasten'];
  readonly #descriptor: StreamDescriptor;
  readonly #transport: OutputTransport;
  readonly #slot: number;
  /** null as long as the schema is awaited without which records cannot be written. */
  #encoder: Encoder | null = null;
  /** null when the transport keeps records apart, too. */
  #joiner: Joiner | null = null;
  /** Whether what stands before the first record has been written. */
  #hasBegun: boolean;
  readonly #connection: Connection;
  #rejects: Reject[] = [];
  #failure: FastScoreError | null = null;
  #onError: ((error: FastScoreError) => void) | null = null;
  #hasTold = false;
  #isClosed = false;
  /** Settles when the transport has taken all so far, or never will. */
  #taken: Promise<unknown> = Promise.resolve();
  /** Whether something has been written that will never arrive. */
  #isLost = false;

  constructor(
    descriptor: StreamDescriptor,
    transport: OutputTransport,
    { slot, connection, schema, isContinued }: OpenedOutputOptions,
  ) {
    this.form = descriptor.encoding.form;
    this.label = descriptor.transport.label;
    this.pull = transport.pull;
    this.render = transport.pull !== null && framingOf(descriptor) === null ? (records) => this.#render(records) : null;
    this.checkpoint = transport.checkpoint ?? null;
    this.hasten = transport.hasten === undefined ? null : () => transport.hasten!();
    this.#descriptor = descriptor;
    this.#transport = transport;
    this.#slot = slot;
    this.#connection = connection;
    this.#hasBegun = isContinued;
    if (schema !== undefined || descriptor.encoding.schemaNeeded === null) this.useSchema(schema ?? null);
  }

  useSchema(schema: TypedSchema | null): void {
    const { encoding } = this.#descriptor;
    // What has a schema in its header has it for good.
    if (this.#encoder !== null && encoding.schemaNeeded !== null) return;
    const encoder = encoding.createEncoder(schema);
    this.#encoder = encoder;
    this.#joiner = framingOf(this.#descriptor)?.createJoiner({ encoder, label: this.label }) ?? null;
  }

  get trouble(): string | null {
    return this.#connection.trouble;
  }

  get ended(): boolean {
    return this.#transport.ended;
  }

  async write(records: Records): Promise<number> {
    return await this.#send(this.#encode(records));
  }

  async control(control: ControlRecord): Promise<void> {
    // A table has rows and nothing else.
    if (this.#descriptor.transport.isRows) return;
    await this.#send(this.#asRecords(this.#descriptor.encoding.control.write(control)));
  }

  async acknowledged(): Promise<boolean> {
    await this.#taken;
    await this.#transport.acknowledged?.();
    return this.#failure === null && !this.#isLost;
  }

  onError(listener: (error: FastScoreError) => void): void {
    this.#onError = listener;
    queueMicrotask(() => this.#tellFailure());
  }

  takeRejects(): Reject[] {
    const rejects = this.#rejects;
    this.#rejects = [];
    return rejects;
  }

  async close(): Promise<void> {
    // A file without records has its header all the same.
    const preamble = this.#isClosed || this.#failure !== null ? [] : this.#takePreamble();
    this.#isClosed = true;
    // Nobody waits for what is under way.
    if (this.#descriptor.lingerTimeMs === null) this.#isLost = true;
    if (preamble.length > 0) await this.#transport.write(preamble);
    await this.#transport.close(this.#descriptor.lingerTimeMs);
  }

  /** The transport is broken for good. */
  fail(error: FastScoreError): void {
    this.#failure ??= error;
    this.#tellFailure();
  }

  /** The transport has left a record out. */
  reject(record: Buffer, reason: string): void {
    this.#rejects.push(asReject(record, { by: 'encoding', slot: this.#slot, seqno: null, reason }));
  }

  /** What has been written last will never arrive. */
  lose(): void {
    this.#isLost = true;
  }

  #render(records: Records): Buffer[] {
    if (this.#failure !== null || this.#isClosed) return [];
    return this.costs.wrap.time(
      () => [...splitRecords(this.#encode(records))],
      (rendered) => rendered.length,
    );
  }

  #encode(records: Records): Records {
    const slot = this.#slot;
    if (records.form !== this.form) throw new TypeError(`slot ${slot} takes ${this.form}, not ${records.form}`);
    if (this.#encoder === null) throw new TypeError(`slot ${slot} has no schema to write with`);
    return this.#encoder.encode(records, (record, reason) => this.reject(record, reason));
  }

  async #send(records: Records): Promise<number> {
    if (records.count === 0) return 0;
    if (this.#failure !== null || this.#isClosed) {
      this.#isLost = true;
      return 0;
    }
    const joiner = this.#joiner;
    const wrap = () => (joiner === null ? [...splitRecords(records)] : [...this.#takePreamble(), joiner.wrap(records)]);
    const chunks = this.costs.wrap.time(wrap, () => records.count);
    let size = 0;
    for (const chunk of chunks) size += chunk.length;
    const writing = this.#transport.write(chunks);
    this.#taken = Promise.all([this.#taken, writing.catch(() => this.lose())]);
    await writing;
    return this.#failure === null ? size : 0;
  }

  #takePreamble(): Buffer[] {
    const preamble = this.#joiner?.preamble ?? null;
    if (this.#hasBegun || preamble === null) return [];
    this.#hasBegun = true;
    return [preamble];
  }

  /** A control record as the one record of a batch. */
  #asRecords(record: Buffer): Records {
    const form = this.#descriptor.encoding.writtenForm;
    if (form === 'json') return { form, count: 1, data: Buffer.concat([record, Buffer.from('\n')]), lengths: null };
    return { form, count: 1, data: record, lengths: Uint32Array.of(record.length) };
  }

  #tellFailure(): void {
    if (this.#failure === null || this.#onError === null || this.#hasTold) return;
    this.#hasTold = true;
    this.#onError(this.#failure);
  }
}
