import { FastScoreError } from '../core/errors.ts';
import { isMasked, masked, unmasked } from '../util/masked.ts';

/** `fastscore.db` and others like it. */
const SECTIONS_DEPTH = 2;

type Mapping = Record<string, unknown>;

/** The configuration of a fleet, kept for those who ask for it. See `configure` for what depends on it. */
export class Configuration {
  #document: Mapping | null = null;

  /**
   * @returns whether it is the first one
   * @throws FastScoreError BAD_INPUT when it has stars that stand for nothing
   */
  set(document: Readonly<Mapping>): boolean {
    const known = unmasked(document, this.#document, SECTIONS_DEPTH);
    if (isMasked(known)) {
      throw new FastScoreError('BAD_INPUT', 'The configuration has stars in the place of a secret', {
        hint: 'Send the secret again: it is kept only where nothing of its section changes',
      });
    }
    const isFirst = this.#document === null;
    this.#document = known as Mapping;
    return isFirst;
  }

  /** With stars in the place of passwords. @param section a member of `fastscore`; undefined: everything */
  get(section: string | undefined): unknown {
    if (this.#document === null) throw new FastScoreError('CONFIG_NOT_FOUND', 'No configuration is set');
    const shown = masked(this.#document);
    if (section === undefined) return shown;
    const { fastscore } = shown;
    if (isMapping(fastscore) && Object.hasOwn(fastscore, section)) return fastscore[section];
    throw new FastScoreError('CONFIG_NOT_FOUND', `The configuration has no section '${section.slice(0, 100)}'`);
  }
}

function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
