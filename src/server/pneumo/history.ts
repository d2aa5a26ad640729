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

/** The last messages, bounded in number and in size. */
export class History {
  readonly #limits: HistoryLimits;
  #kept: Kept[] = [];
  #bytes = 0;

  constructor(limits: HistoryLimits = LIMITS) {
    this.#limits = limits;
  }

  /** @param size of the message as text */
  add(message: PneumoMessage, size: number): void {
    this.#kept.push({ message, size });
    this.#bytes += size;
    const { messages, bytes } = this.#limits;
    while (this.#kept.length > messages || (this.#bytes > bytes && this.#kept.length > 1)) {
      this.#bytes -= (this.#kept.shift() as Kept).size;
    }
  }

  /** The last `count` messages that match, oldest first. */
  last(count: number, filter: PneumoFilter = {}): PneumoMessage[] {
    if (count === 0) return [];
    return this.#kept
      .filter(({ message }) => matchesFilter(message, filter))
      .slice(-count)
      .map(({ message }) => message);
  }

  clear(): void {
    this.#kept = [];
    this.#bytes = 0;
  }
}
