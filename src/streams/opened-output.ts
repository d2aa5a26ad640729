import type { FastScoreError } from '../core/errors.ts';
import type { RecordForm, Records, Reject } from '../core/records.ts';
import { splitRecords } from '../core/records.ts';
import { newStreamCosts } from './costs.ts';
import type { StreamDescriptor } from './descriptor.ts';
import { unframed } from './envelopes/unframed.ts';
import { asReject } from './reject.ts';
import type { OutputTransport } from './transports/transport.ts';
import type { ControlRecord, OutputStream } from './types.ts';

/**
 * An opened transport with an encoding and an envelope. What cannot be written is told to the error listener alone,
 * once: the promise of `write` resolves all the same.
 */
export class OpenedOutput implements OutputStream {
  readonly form: RecordForm;
  readonly costs = newStreamCosts();
  readonly label: string;
  readonly pull: OutputStream['pull'];
  readonly checkpoint: OutputStream['checkpoint'];
  readonly #descriptor: StreamDescriptor;
  readonly #transport: OutputTransport;
  readonly #slot: number;
  #rejects: Reject[] = [];
  #failure: FastScoreError | null = null;
  #onError: ((error: FastScoreError) => void) | null = null;
  #hasTold = false;
  #isClosed = false;

  constructor(descriptor: StreamDescriptor, transport: OutputTransport, slot: number) {
    this.form = descriptor.encoding.form;
    this.label = descriptor.transport.label;
    this.pull = transport.pull;
    this.checkpoint = transport.checkpoint ?? null;
    this.#descriptor = descriptor;
    this.#transport = transport;
    this.#slot = slot;
  }

  get ended(): boolean {
    return this.#transport.ended;
  }

  async write(records: Records): Promise<number> {
    if (records.form !== this.form) throw new TypeError(`slot ${this.#slot} takes ${this.form}, not ${records.form}`);
    const slot = this.#slot;
    const accepted = this.#descriptor.encoding.accept(records, (record, reason) =>
      this.#rejects.push(asReject(record, { by: 'encoding', slot, seqno: null, reason })),
    );
    return await this.#send(accepted);
  }

  async control(control: ControlRecord): Promise<void> {
    await this.#send(this.#asRecords(this.#descriptor.encoding.control.write(control)));
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
    this.#isClosed = true;
    await this.#transport.close(this.#descriptor.lingerTimeMs);
  }

  /** The transport is broken for good. */
  fail(error: FastScoreError): void {
    this.#failure ??= error;
    this.#tellFailure();
  }

  async #send(records: Records): Promise<number> {
    if (records.count === 0 || this.#failure !== null || this.#isClosed) return 0;
    const { transport, envelope } = this.#descriptor;
    const wrap = () => (transport.boundaries ? [...splitRecords(records)] : [(envelope ?? unframed).wrap(records)]);
    const chunks = this.costs.wrap.time(wrap, () => records.count);
    let size = 0;
    for (const chunk of chunks) size += chunk.length;
    await this.#transport.write(chunks);
    return this.#failure === null ? size : 0;
  }

  /** A control record as the one record of a batch. */
  #asRecords(record: Buffer): Records {
    const { form } = this;
    if (form === 'json') return { form, count: 1, data: Buffer.concat([record, Buffer.from('\n')]), lengths: null };
    return { form, count: 1, data: record, lengths: Uint32Array.of(record.length) };
  }

  #tellFailure(): void {
    if (this.#failure === null || this.#onError === null || this.#hasTold) return;
    this.#hasTold = true;
    this.#onError(this.#failure);
  }
}
