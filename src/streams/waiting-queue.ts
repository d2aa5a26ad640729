import type { ItemQueue } from './item-queue.ts';
import { ENTRY_BYTES, runBytes } from './run-slices.ts';

/**
 * Keeps what comes as long as nobody takes: a stream may be attached before the model that says whether its batches are
 * record sets.
 */
export class WaitingQueue implements ItemQueue {
  readonly #additions: ((queue: ItemQueue) => void)[] = [];
  #bytes = 0;

  get takeable(): boolean {
    return this.#additions.length > 0;
  }

  get bytes(): number {
    return this.#bytes;
  }

  addRun(...added: Parameters<ItemQueue['addRun']>): void {
    this.#add((queue) => queue.addRun(...added), runBytes(added[0]));
  }

  addControl(...added: Parameters<ItemQueue['addControl']>): void {
    this.#add((queue) => queue.addControl(...added), ENTRY_BYTES);
  }

  addLoop(): void {
    this.#add((queue) => queue.addLoop(), ENTRY_BYTES);
  }

  addEof(...added: Parameters<ItemQueue['addEof']>): void {
    this.#add((queue) => queue.addEof(...added), 0);
  }

  addFailure(...added: Parameters<ItemQueue['addFailure']>): void {
    this.#add((queue) => queue.addFailure(...added), 0);
  }

  settle(): void {
    if (this.takeable) this.#add((queue) => queue.settle(), 0);
  }

  take(): undefined {
    return undefined;
  }

  clear(): void {
    this.#additions.length = 0;
    this.#bytes = 0;
  }

  /** Everything that has come goes to `queue`, in its order. */
  moveTo(queue: ItemQueue): void {
    for (const add of this.#additions) add(queue);
    this.clear();
  }

  #add(addition: (queue: ItemQueue) => void, bytes: number): void {
    this.#additions.push(addition);
    this.#bytes += bytes;
  }
}
