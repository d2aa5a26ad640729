import type { StateValue } from './value.ts';

/**
 * A long JSON value that still lies in the pieces in which it was read. It becomes text when somebody asks for that; a snapshot writes the
 * pieces as they are.
 */
export class LateValue implements StateValue {
  readonly native = null;
  #pieces: readonly Buffer[] | null;
  #json: string | null = null;

  /** @param pieces of JSON in ASCII, spelled as `encodeSnapshot` spells it; nobody changes them */
  constructor(pieces: readonly Buffer[]) {
    this.#pieces = pieces;
  }

  get json(): string {
    this.#json ??= (this.#pieces ?? []).map((piece) => piece.toString('latin1')).join('');
    this.#pieces = null;
    return this.#json;
  }

  /** Null when the value has become text. */
  get pieces(): readonly Buffer[] | null {
    return this.#pieces;
  }
}
