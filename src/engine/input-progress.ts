import type { InputPosition, OutputStream } from '../streams/types.ts';
import type { Stretch } from '../util/frontier.ts';
import { Frontier } from '../util/frontier.ts';

type Commit = (position: InputPosition) => void;

/** A piece of an input that is under way. */
export type Piece = Stretch<InputPosition | null>;

/**
 * Tells an input how far all that it gave is done, batches being done in any order: dealt with by a jet, and what came of it acknowledged
 * by the outputs.
 */
export class InputProgress {
  readonly #commit: Commit;
  readonly #frontier = new Frontier<InputPosition | null>(null);
  readonly #awaited = new Set<Promise<void>>();

  constructor(commit: Commit) {
    this.#commit = commit;
  }

  /** @param end position of what follows */
  take(end: InputPosition | null): Piece {
    return this.#frontier.take(end);
  }

  /** Something of which nothing comes. */
  pass(end: InputPosition | null): void {
    this.#settle(this.take(end));
  }

  /** The work is done. @param outputs that have been given something that came of it */
  done(piece: Piece, outputs: readonly OutputStream[]): void {
    if (outputs.length === 0) {
      this.#settle(piece);
      return;
    }
    const awaited = Promise.all(outputs.map((output) => output.acknowledged())).then((acknowledged) => {
      this.#awaited.delete(awaited);
      if (acknowledged.every(Boolean)) this.#settle(piece);
    });
    this.#awaited.add(awaited);
  }

  /** Resolves when it is certain what has become of all the work that is done, as it is at the latest when the outputs are closed. */
  async known(): Promise<void> {
    await Promise.all(this.#awaited);
  }

  #settle(piece: Piece): void {
    if (!this.#frontier.done(piece)) return;
    const { position } = this.#frontier;
    if (position !== null) this.#commit(position);
  }
}
