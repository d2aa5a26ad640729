import type { Part } from './part.ts';
import { isPacked } from './part.ts';

/** Lines that take as long to write as one entry. */
const LINES_PER_ENTRY = 8;

/** Parts in a row that are gathered and handed on together: some tenths of a millisecond of work. */
export class Slice {
  readonly #most: number;
  #parts: Part[] = [];
  #work = 0;

  /** @param most entries */
  constructor(most: number) {
    this.#most = most;
  }

  get isFull(): boolean {
    return this.#work >= this.#most;
  }

  add(part: Part): void {
    this.#parts.push(part);
    this.#work += isPacked(part) ? 1 + part.count / LINES_PER_ENTRY : 1;
  }

  /** Work was done that has given no part. */
  worked(): void {
    this.#work += 1;
  }

  /** What has been gathered; the slice is empty then. */
  take(): Part[] {
    const parts = this.#parts;
    this.#parts = [];
    this.#work = 0;
    return parts;
  }
}
