/** Those who want to be told. */
export class Listeners<T> {
  readonly #listeners = new Set<(what: T) => void>();

  /** @returns a function that ends the subscription */
  add(listener: (what: T) => void): () => void {
    // One function may be added twice, and each of the two is ended by itself.
    const own = (what: T): void => listener(what);
    this.#listeners.add(own);
    return () => {
      this.#listeners.delete(own);
    };
  }

  get size(): number {
    return this.#listeners.size;
  }

  get isEmpty(): boolean {
    return this.#listeners.size === 0;
  }

  tell(what: T): void {
    for (const listener of this.#listeners) listener(what);
  }

  clear(): void {
    this.#listeners.clear();
  }
}
