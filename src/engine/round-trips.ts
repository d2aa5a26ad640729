import { FastScoreError } from '../core/errors.ts';
import type { Records } from '../core/records.ts';
import type { OutputStream, Pulled } from '../streams/types.ts';
import { createDeferred } from '../util/deferred.ts';

export interface Question {
  readonly from: number;
  readonly to: number;
  /** One record. */
  readonly records: Records;
}

/**
 * A record whose client waits for what the model makes of it.
 *
 * | what is true | then |
 * | --- | --- |
 * | waits for a jet, or is with one | the first output for its record on slot `to` is the answer |
 * | its batch is done and brought none | any output that belongs to nobody else will do |
 * | answered, failed or given up | the first output for its record, when it comes later, is dropped |
 */
export class RoundTrip {
  readonly from: number;
  readonly to: number;
  readonly records: Records;
  readonly #answer = createDeferred<Pulled>();
  readonly #deadline: number;
  #timer: NodeJS.Timeout;
  #isOpen = true;

  constructor({ from, to, records }: Question, waitMs: number) {
    this.from = from;
    this.to = to;
    this.records = records;
    this.#deadline = performance.now() + waitMs;
    this.#timer = setTimeout(() => this.settle('empty'), waitMs);
  }

  get answer(): Promise<Pulled> {
    return this.#answer.promise;
  }

  /** Whether the client still waits. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  settle(answer: Pulled): void {
    this.#close();
    this.#answer.resolve(answer);
  }

  fail(error: FastScoreError): void {
    this.#close();
    this.#answer.reject(error);
  }

  /** Its record has brought no output: takes whatever comes without a client of its own. */
  takeAny(pull: OutputStream['pull']): void {
    this.#close();
    this.#answer.resolve(pull === null ? 'eof' : pull(Math.max(0, this.#deadline - performance.now())));
  }

  #close(): void {
    this.#isOpen = false;
    clearTimeout(this.#timer);
  }
}

/** The round trips of a run: those that wait for a jet, and those whose batch is under way. */
export class RoundTrips {
  #waiting: RoundTrip[] = [];
  /** By the id of the batch, in the order of its records. */
  readonly #underWay = new Map<number, readonly RoundTrip[]>();

  get isWaiting(): boolean {
    return this.#waiting.length > 0;
  }

  add(trip: RoundTrip): void {
    this.#waiting.push(trip);
  }

  /** Takes those that have waited longest and can be one batch, without those whose client has given up. */
  take(limit: number): RoundTrip[] {
    if (this.#waiting.length === 1) return this.#waiting.splice(0).filter(({ isOpen }) => isOpen);
    const open = this.#waiting.filter(({ isOpen }) => isOpen);
    const [first] = open;
    const isAlike = ({ from, records }: RoundTrip) => from === first?.from && records.form === first.records.form;
    const taken = open.filter(isAlike).slice(0, limit);
    this.#waiting = open.filter((trip) => !taken.includes(trip));
    return taken;
  }

  sent(batchId: number, trips: readonly RoundTrip[]): void {
    this.#underWay.set(batchId, trips);
  }

  /** For which a batch was made, in the order of its records. */
  of(batchId: number): readonly RoundTrip[] | undefined {
    return this.#underWay.get(batchId);
  }

  done(batchId: number): void {
    this.#underWay.delete(batchId);
  }

  /** Nothing will be answered any more. @param failure why; null: the run is over */
  close(failure: FastScoreError | null): void {
    const open = [...this.#underWay.values(), this.#waiting].flat().filter(({ isOpen }) => isOpen);
    this.#underWay.clear();
    this.#waiting = [];
    for (const trip of open) {
      if (failure === null) trip.settle('eof');
      else trip.fail(failure);
    }
  }
}

/** What a client is told whose record had not gone to a jet when another kind of model took over. */
export function replaced(): FastScoreError {
  return new FastScoreError('WRONG_STATE', 'The model has been replaced by one that does not answer record by record', {
    hint: 'Ask again',
  });
}
