import { setTimeout as delay } from 'node:timers/promises';
import { FastScoreError } from '../../../core/errors.ts';
import type { Deferred } from '../../../util/deferred.ts';
import { createDeferred } from '../../../util/deferred.ts';
import { settlesWithin } from '../../../util/settles-within.ts';
import type { OutputCheckpoint, OutputPosition, TransactionPosition } from '../../types.ts';
import { Backoff } from '../backoff.ts';
import type { OpenOutputTransportOptions, OutputTransport } from '../transport.ts';
import type { Message } from './as-messages.ts';
import { asMessages } from './as-messages.ts';
import type { Compression } from './compression.ts';
import { continueTransactions } from './continue-transactions.ts';
import { isTooLarge, reasonOf, toKafkaError, tooLarge } from './kafka-error.ts';
import { batchesOf } from './message-batches.ts';
import type { KafkaSettings } from './settings.ts';
import { isLost, Transactions } from './transactions.ts';
import { WrittenBefore } from './written-before.ts';

export interface TransactionalSettings extends KafkaSettings {
  readonly partition: number;
  readonly compression: Compression;
  readonly transactionalId: string;
}

/** So long a transaction is left open when no snapshot ends it: those who read only what is committed wait for it. */
const LONGEST_TRANSACTION_MS = 60_000;

/** How long the last owner's transaction may take to end. */
const TAKE_OVER_MS = 60_000;
const TAKE_OVER_PAUSE_MS = 100;

/** The broker goes on to end a transaction after it has said that it is committed: so often the next one knocks, and so long. */
const ENDING_PAUSE_MS = 10;
const ENDING_MS = 10_000;
const ABORT_MS = 2000;

/**
 * Records appended to one partition in transactions, each of which is committed when a snapshot has been saved that its end belongs
 * to: readers of what is committed see exactly what a run that goes on from there will not write again.
 */
export class TransactionalOutput implements OutputTransport {
  readonly pull = null;
  readonly checkpoint: OutputCheckpoint;
  readonly #transactions: Transactions;
  readonly #settings: TransactionalSettings;
  readonly #options: OpenOutputTransportOptions;
  readonly #closing = new AbortController();
  readonly #backoff: Backoff;
  /** Records of the whole run: that `write` was called with, that are in the topic, and that are committed. */
  #given: number;
  #delivered: number;
  #committed: number;
  /** Who waits until so many records are committed. */
  #waiting: { readonly count: number; resolve(): void }[] = [];
  readonly #before: WrittenBefore;
  /** All of the transaction under way is in the partition from there on. */
  #from: number;
  #next: number;
  #last: Promise<void> = Promise.resolve();
  /** While a snapshot is being saved, what comes after it waits. */
  #snapshot: Deferred<void> | null = null;
  #beforeSnapshot: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | null = null;
  /** Since when the last transaction has been ending. */
  #endingSince: number | null = null;
  #isOver = false;
  #closed: Promise<void> | null = null;

  private constructor(
    transactions: Transactions,
    settings: TransactionalSettings,
    {
      start,
      written,
      from,
      options,
    }: { start: number; written: number; from: number; options: OpenOutputTransportOptions },
  ) {
    this.#transactions = transactions;
    this.#settings = settings;
    this.#options = options;
    this.#given = start;
    this.#delivered = start + written;
    this.#committed = this.#delivered;
    this.#before = new WrittenBefore(written);
    this.#from = from;
    this.#next = from;
    this.#backoff = new Backoff({ onTrouble: options.onTrouble, signal: this.#closing.signal });
    this.checkpoint = {
      position: () => this.#startSnapshot(),
      prepare: () => this.#beforeSnapshot,
      settle: (isSaved) => this.#endSnapshot(isSaved),
    };
  }

  static async open(
    settings: TransactionalSettings,
    options: OpenOutputTransportOptions,
  ): Promise<TransactionalOutput> {
    const position = positionIn(options.position, settings);
    const transactions = await takeOver(settings);
    try {
      const { written, from } = await continueTransactions(transactions, settings, position?.transaction ?? null);
      if (written > 0) {
        options.onWarning(`${written} records have been committed since the snapshot and are not written again`);
      }
      return new TransactionalOutput(transactions, settings, { start: position?.record ?? 0, written, from, options });
    } catch (error) {
      await transactions.close();
      throw toKafkaError(error);
    }
  }

  get ended(): boolean {
    return this.#isOver;
  }

  write(records: readonly Buffer[]): Promise<void> {
    if (this.#isOver || this.#closed !== null) return Promise.resolve();
    this.#given += records.length;
    const fresh = this.#before.leaveOut(records);
    const messages = asMessages(fresh, this.#settings, () => this.#settings.partition);
    for (const batch of batchesOf(messages)) this.#enqueue(() => this.#deliver(batch));
    return this.#last;
  }

  /** Readers see what has been committed, and nothing else counts as acknowledged. */
  async acknowledged(): Promise<void> {
    const count = this.#given;
    if (this.#isOver || this.#committed >= count) return;
    await new Promise<void>((resolve) => this.#waiting.push({ count, resolve }));
  }

  async hasten(): Promise<void> {
    this.#enqueue(() => this.#commit());
    await this.#last;
  }

  close(lingerMs: number | null): Promise<void> {
    this.#closed ??= this.#end(lingerMs);
    return this.#closed;
  }

  #startSnapshot(): OutputPosition {
    const transaction: TransactionPosition = {
      id: this.#settings.transactionalId,
      producer: String(this.#transactions.producer),
      epoch: this.#transactions.epoch,
      from: this.#from,
      count: this.#given - this.#committed,
    };
    this.#beforeSnapshot = this.#last.then(() => this.#assertWritten());
    this.#beforeSnapshot.catch(() => {});
    if (this.#closed === null) {
      const snapshot = createDeferred<void>();
      this.#snapshot = snapshot;
      this.#enqueue(() => snapshot.promise);
    }
    return { record: this.#given, transaction };
  }

  async #endSnapshot(isSaved: boolean): Promise<void> {
    const snapshot = this.#snapshot;
    this.#snapshot = null;
    if (isSaved && snapshot !== null) await this.#commit();
    snapshot?.resolve();
  }

  async #deliver(messages: Message[]): Promise<void> {
    await this.#insist(async () => {
      this.#next = (await this.#transactions.send(messages)) + messages.length;
      this.#delivered += messages.length;
    });
    this.#timer ??= setTimeout(() => this.#enqueue(() => this.#commit()), LONGEST_TRANSACTION_MS).unref();
  }

  async #commit(): Promise<void> {
    if (this.#timer === null) return;
    clearTimeout(this.#timer);
    this.#timer = null;
    await this.#insist(() => this.#transactions.commit());
    if (this.#isOver) return;
    this.#committed = this.#delivered;
    this.#from = this.#next;
    this.#wake();
  }

  /** Tries until it works, or never will. */
  async #insist(operation: () => Promise<void>): Promise<void> {
    while (!this.#isOver) {
      try {
        await operation();
        this.#endingSince = null;
        this.#backoff.succeeded();
        return;
      } catch (error) {
        if (!(await this.#canGoOn(error))) return;
      }
    }
  }

  async #canGoOn(error: unknown): Promise<boolean> {
    if (this.#closing.signal.aborted) return false;
    const reason = reasonOf(error);
    if (this.#isEnding(reason)) {
      await delay(ENDING_PAUSE_MS);
      return true;
    }
    try {
      if (isTooLarge(error)) throw tooLarge('so large messages');
      if (isLost(reason)) throw lost(this.#settings.transactionalId, reason);
      await this.#backoff.failed(new Error(reason));
      return true;
    } catch (final) {
      this.#isOver = true;
      this.#options.onFailure(final);
      this.#wake();
      return false;
    }
  }

  /** Whether the last transaction is only about to end: nothing is wrong with that for a while. */
  #isEnding(reason: string): boolean {
    if (!reason.startsWith('CONCURRENT_TRANSACTIONS')) return false;
    this.#endingSince ??= performance.now();
    return performance.now() - this.#endingSince < ENDING_MS;
  }

  async #end(lingerMs: number | null): Promise<void> {
    if (lingerMs !== null) {
      // What belongs to a snapshot is only known when that is there.
      await this.#snapshot?.promise;
      const finished = this.#last.then(() => this.#commit());
      if (!(await settlesWithin(finished, lingerMs))) {
        this.#options.onLost('not everything was committed within LingerTime');
      }
    }
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#isOver = true;
    this.#closing.abort();
    this.#snapshot?.resolve();
    this.#wake();
    // Otherwise readers would wait until the broker gives it up.
    await settlesWithin(Promise.allSettled([this.#transactions.abort()]), ABORT_MS);
    await this.#transactions.close();
  }

  /** Those go on who wait for what is committed now, or never will be. */
  #wake(): void {
    const isOver = this.#isOver;
    const due = this.#waiting.filter(({ count }) => isOver || count <= this.#committed);
    this.#waiting = this.#waiting.filter((waiting) => !due.includes(waiting));
    for (const { resolve } of due) resolve();
  }

  #assertWritten(): void {
    if (this.#isOver && this.#given > this.#committed) {
      throw new FastScoreError('STREAM_FAILED', 'what was written last has not reached the topic');
    }
  }

  #enqueue(operation: () => Promise<void>): void {
    this.#last = this.#last.then(operation);
  }
}

/** @throws FastScoreError BAD_INPUT when the snapshot knows nothing of our transactions */
function positionIn(
  position: OutputPosition | null,
  { transactionalId }: TransactionalSettings,
): { readonly record: number; readonly transaction: TransactionPosition } | null {
  if (position === null) return null;
  if ('record' in position && position.transaction?.id === transactionalId) {
    const { record, transaction } = position;
    return { record, transaction };
  }
  throw new FastScoreError(
    'BAD_INPUT',
    `the snapshot was taken while this stream was not written with TransactionalId '${transactionalId}'`,
    { hint: 'Attach the stream as it was then, or run without resuming' },
  );
}

async function takeOver(settings: TransactionalSettings): Promise<Transactions> {
  const deadline = performance.now() + TAKE_OVER_MS;
  for (;;) {
    try {
      return await Transactions.open(settings.transactionalId, settings);
    } catch (error) {
      const isPassing = /^(CONCURRENT_TRANSACTIONS|COORDINATOR_|NOT_COORDINATOR)/.test(reasonOf(error));
      if (!isPassing || performance.now() > deadline) throw toKafkaError(error);
      await delay(TAKE_OVER_PAUSE_MS);
    }
  }
}

function lost(id: string, reason: string): FastScoreError {
  return new FastScoreError('STREAM_FAILED', `the transaction of '${id}' was ended by somebody else (${reason})`, {
    hint: 'Each stream needs a TransactionalId of its own. Resume from the last snapshot: nothing is lost or written twice',
  });
}
