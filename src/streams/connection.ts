/** What is known of the connection of an opened stream. */
export class Connection {
  readonly #onLost: (text: string) => void;
  #trouble: string | null = null;

  /** @param onLost told once each time the connection is lost, in words */
  constructor(onLost: (text: string) => void) {
    this.#onLost = onLost;
  }

  /** Why there is none for the time being; null when all is well. */
  get trouble(): string | null {
    return this.#trouble;
  }

  set(trouble: string | null): void {
    const isLost = trouble !== null && this.#trouble === null;
    this.#trouble = trouble;
    if (isLost) this.#onLost(`no connection, trying again: ${trouble}`);
  }
}
