import type { FastScoreError } from '../core/errors.ts';
import { emptyRecords } from '../core/record-sets.ts';
import type { RecordForm, Records, Reject } from '../core/records.ts';
import type { TypedSchema } from '../schema/typed-schema.ts';
import { createDeferred } from '../util/deferred.ts';
import type { Connection } from './connection.ts';
import { newStreamCosts } from './costs.ts';
import type { StreamDescriptor } from './descriptor.ts';
import type { Framed } from './framer.ts';
import { Framer } from './framer.ts';
import { framingOf } from './framing.ts';
import type { ItemQueue } from './item-queue.ts';
import type { RunSlice } from './run-slices.ts';
import { joinSlices } from './run-slices.ts';
import { runFailure } from './stream-failure.ts';
import type { InputTransport } from './transports/transport.ts';
import type { ControlRecord, InputItem, InputStream } from './types.ts';
import { WaitingQueue } from './waiting-queue.ts';

export interface OpenedInputOptions {
  readonly slot: number;
  /** undefined: `useSchema` will tell. */
  readonly schema: TypedSchema | null | undefined;
  readonly connection: Connection;
  readonly recordLimit: number;
  readonly bufferBytes: number;
  /** Whether a batch is a record set; undefined: `useRecordSets` will tell. */
  readonly recordsets: boolean | undefined;
  readonly createQueue: (recordsets: boolean, onTimer: () => void) => ItemQueue;
}

/** Rejects that may wait for `takeRejects` before reading stops. */
const REJECTS_HELD = 10_000;

/**
 * An opened transport, its framer and a queue. One loop, the pump, reads from the transport into the queue for as
 * long as the queue has room: so an engine that does not take stops the reading.
 */
export class OpenedInput implements InputStream {
  readonly form: RecordForm;
  readonly costs = newStreamCosts();
  readonly label: string;
  readonly push: ((body: Buffer) => Promise<void>) | null;
  readonly frame: InputStream['frame'];
  readonly commit: InputStream['commit'];
  readonly #descriptor: StreamDescriptor;
  readonly #transport: InputTransport;
  readonly #options: OpenedInputOptions;
  #queue: ItemQueue = new WaitingQueue();
  #recordsets: boolean;
  /** null as long as the schema is awaited without which records cannot be read. */
  #framer: Framer | null = null;
  readonly #framed = createDeferred<Framer | null>();
  readonly #pumped: Promise<void>;
  #rejects: Reject[] = [];
  #onReady: (() => void) | null = null;
  #onHandOver: (() => void) | null = null;
  /** What the ready listener knows of: it is called when one of these becomes true. */
  #hadItems = false;
  #hadRejects = false;
  /** Why reading has failed. */
  #failure: FastScoreError | null = null;
  /** Wakes the pump, which waits for room; null when it does not. */
  #wake: (() => void) | null = null;
  /** Whether a record has come since the input began, or began again. */
  #hasRecords = false;
  #hasEnded = false;
  /** Whether all has been read. */
  #isRead = false;
  /** What would be read next behind the end. */
  #behindEnd: number | null = null;
  #closed: Promise<void> | null = null;

  constructor(descriptor: StreamDescriptor, transport: InputTransport, options: OpenedInputOptions) {
    const { encoding } = descriptor;
    this.#descriptor = descriptor;
    this.#transport = transport;
    this.#options = options;
    this.form = encoding.form;
    this.label = descriptor.transport.label;
    this.push = transport.push;
    this.frame = transport.push !== null && framingOf(descriptor) === null ? (body) => this.#frame(body) : null;
    this.commit = transport.commit === undefined ? null : (position) => transport.commit!(position);
    this.#recordsets = options.recordsets ?? false;
    if (options.recordsets !== undefined) this.#decideQueue();
    if (options.schema !== undefined || encoding.schemaNeeded === null) this.useSchema(options.schema ?? null);
    this.#pumped = this.#pump();
  }

  useSchema(schema: TypedSchema | null): void {
    if (this.#framer !== null) return;
    const { encoding, endMarker } = this.#descriptor;
    const { slot, recordLimit } = this.#options;
    this.#framer = new Framer(
      {
        slot,
        encoding,
        schema,
        envelope: framingOf(this.#descriptor),
        endMarker,
        recordLimit,
        onReject: (reject) => this.#rejects.push(reject),
      },
      this.#transport.start,
    );
    this.#framed.resolve(this.#framer);
  }

  get trouble(): string | null {
    return this.#failure?.message ?? this.#options.connection.trouble;
  }

  useRecordSets(recordsets: boolean): void {
    if (recordsets === this.#recordsets) return;
    this.#recordsets = recordsets;
    if (this.#queue instanceof WaitingQueue) return;
    this.#changeQueue();
    this.#queue.settle();
    this.#announce();
  }

  get ended(): boolean {
    return this.#hasEnded;
  }

  take(limit: number): InputItem | undefined {
    this.#decideQueue();
    const item = this.#queue.take(limit);
    this.#hadItems = this.#queue.takeable;
    if (this.#hasRoom()) this.#wake?.();
    if (item?.kind !== 'eof') return item;
    this.#hasEnded = true;
    // Who goes on there later must not meet the `end` control record again.
    const position = this.commit === null ? undefined : this.#transport.positionAt?.(this.#behindEnd!);
    return position === undefined ? item : { ...item, position };
  }

  takeRejects(): Reject[] {
    const rejects = this.#rejects;
    this.#rejects = [];
    this.#hadRejects = false;
    if (this.#hasRoom()) this.#wake?.();
    return rejects;
  }

  onReady(listener: () => void): void {
    this.#onReady = listener;
    this.#hadItems = false;
    this.#hadRejects = false;
    queueMicrotask(() => this.#announce());
  }

  onHandOver(listener: () => void): void {
    this.#onHandOver = listener;
  }

  /** Others are about to go on with the input. */
  handOver(): void {
    this.#onHandOver?.();
  }

  /** Forgets what has been read and not taken. @returns false when it is too late to read it again */
  forget(): boolean {
    if (this.#isRead) return false;
    this.#queue.clear();
    this.#hadItems = false;
    this.#wake?.();
    return true;
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  #frame(body: Buffer): Records | Reject | null {
    const { encoding, endMarker } = this.#descriptor;
    const framer = this.#framer;
    const mayControl = body.includes(encoding.control.marker) || (endMarker !== null && body.includes(endMarker));
    if (framer === null || mayControl) return null;
    const record = framer.one(body);
    if (record !== null) {
      this.costs.unwrap.records += 1;
      return record;
    }
    const rejects = this.#rejects.length;
    const framed = this.costs.unwrap.time(() => framer.add([body]), countRecords);
    const reject = this.#rejects[rejects];
    if (reject !== undefined) {
      this.#announce();
      return reject;
    }
    const slices: RunSlice[] = [];
    for (const item of framed) {
      if (item.kind === 'failure') throw item.error;
      if (item.kind === 'run') slices.push({ run: item.run, from: 0, to: item.run.count });
    }
    return slices.length === 1 ? joinSlices(this.form, slices) : emptyRecords(this.form);
  }

  #decideQueue(): void {
    if (this.#queue instanceof WaitingQueue) this.#changeQueue();
  }

  #changeQueue(): void {
    const old = this.#queue;
    this.#queue = this.#options.createQueue(this.#recordsets, () => this.#announce());
    old.moveTo(this.#queue);
  }

  async #close(): Promise<void> {
    this.#queue.clear();
    this.#framed.resolve(null);
    await this.#transport.close();
    this.#wake?.();
    await this.#pumped;
  }

  async #pump(): Promise<void> {
    try {
      const framer = await this.#framed.promise;
      while (framer !== null && this.#closed === null) {
        const chunks = await this.#transport.read();
        if (this.#closed !== null) return;
        if (chunks === 'anew') {
          framer.restart(0);
          continue;
        }
        const frame = () => (chunks === null || chunks === 'next' ? framer.end() : framer.add(chunks));
        const end = this.#enqueue(this.costs.unwrap.time(frame, countRecords), framer);
        if (chunks === 'next' && end === null) framer.restart(0);
        if (chunks === null || end !== null) {
          const startsAgain = await this.#endPass(framer, end);
          if (!startsAgain) return;
        }
        while (!this.#hasRoom() && this.#closed === null) await this.#room();
      }
    } catch (error) {
      if (this.#closed === null) await this.#fail(error);
    }
  }

  /** @returns the `end` control record if one ends the input: what follows it is ignored */
  #enqueue(framed: readonly Framed[], framer: Framer): ControlRecord | null {
    for (const item of framed) {
      if (item.kind === 'run') {
        this.#hasRecords = true;
        this.#queue.addRun(item.run);
      } else if (item.kind === 'failure') {
        throw item.error;
      } else if (item.control.kind === 'end') {
        const { endPart } = this.#transport;
        if (endPart === undefined || endPart(item.next)) return item.control;
        framer.goOn();
      } else {
        this.#queue.addControl(item.control, item.next);
      }
    }
    this.#queue.settle();
    this.#announce();
    return null;
  }

  /** A looping input starts again, unless there is nothing in it. */
  async #endPass(framer: Framer, control: ControlRecord | null): Promise<boolean> {
    const { rewind, push, positionAt } = this.#transport;
    if (this.#descriptor.loop && rewind !== null && this.#hasRecords) {
      this.#queue.addLoop();
      this.#announce();
      this.#hasRecords = false;
      framer.restart(0);
      await rewind();
      return true;
    }
    this.#isRead = true;
    this.#behindEnd = framer.next;
    this.#queue.addEof(control);
    this.#announce();
    // What keeps offsets elsewhere has to be there until the last record has been taken.
    if (positionAt !== undefined) return false;
    if (push === null) await this.#transport.close();
    else while ((await this.#transport.read()) !== null);
    return false;
  }

  #announce(): void {
    const hasItems = this.#queue.takeable;
    const hasRejects = this.#rejects.length > 0;
    const isNews = (hasItems && !this.#hadItems) || (hasRejects && !this.#hadRejects);
    this.#hadItems = hasItems;
    this.#hadRejects = hasRejects;
    if (isNews) this.#onReady?.();
  }

  #hasRoom(): boolean {
    return this.#queue.bytes < this.#options.bufferBytes && this.#rejects.length < REJECTS_HELD;
  }

  async #room(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    this.#wake = null;
  }

  async #fail(error: unknown): Promise<void> {
    this.#failure = runFailure(this.#options.slot, this.#descriptor.transport.label, error);
    this.#queue.addFailure(this.#failure);
    this.#announce();
    // The first failure is the one that counts.
    await this.#transport.close().catch(() => {});
  }
}

function countRecords(framed: readonly Framed[]): number {
  return framed.reduce((sum, item) => (item.kind === 'run' ? sum + item.run.count : sum), 0);
}
