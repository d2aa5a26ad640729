import type { PneumoFilter, PneumoMessage } from '../../api/pneumo.ts';
import { matchesFilter } from '../../api/pneumo.ts';

interface Kept {
  readonly message: PneumoMessage;
  readonly size: number;
}

export interface HistoryLimits {
  readonly messages: number;
  readonly bytes: number;
}

/** Enough to find the last of a rare type, and little enough to forget about. */
const LIMITS: HistoryLimits = { messages: 1000, bytes: 4 * 1024 * 1024 };

/** The last messages. Reports of sensors are kept apart: a few sensors would leave nothing else to be seen. */
export class History {
  readonly #reports: Tail;
  readonly #others: Tail;

  constructor(limits: HistoryLimits = LIMITS) {
    this.#reports = new Tail(limits);
    this.#others = new Tail(limits);
  }

  /** @param size of the message as text */
  add(message: PneumoMessage, size: number): void {
    const tail = message.type === 'sensor-report' ? this.#reports : this.#others;
    tail.add({ message, size });
  }

  /** The last `count` messages that match, oldest first; reports of sensors when these are asked for, never with others. */
  last(count: number, filter: PneumoFilter = {}): PneumoMessage[] {
    if (count === 0) return [];
    const tail = filter.type === 'sensor-report' ? this.#reports : this.#others;
    return tail.messages.filter((message) => matchesFilter(message, filter)).slice(-count);
  }

  clear(): void {
    this.#reports.clear();
    this.#others.clear();
  }
}

/** The end of a list, bounded in number and in size; the newest is always there. */
class Tail {
  readonly #limits: HistoryLimits;
  #kept: Kept[] = [];
  #bytes = 0;

  constructor(limits: HistoryLimits) {
    this.#limits = limits;
  }

  get messages(): PneumoMessage[] {
    return this.#kept.map(({ message }) => message);
  }

  add(kept: Kept): void {
    this.#kept.push(kept);
    this.#bytes += kept.size;
    const { messages, bytes } = this.#limits;
    while (this.#kept.length > messages || (this.#bytes > bytes && this.#kept.length > 1)) {
      this.#bytes -= (this.#kept.shift() as Kept).size;
    }
  }

  clear(): void {
    this.#kept = [];
    this.#bytes = 0;
  }
}
