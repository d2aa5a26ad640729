import { FastScoreError } from '../core/errors.ts';

/** The configuration of a fleet, kept for those who ask for it: nothing here depends on it. */
export class Configuration {
  #document: Record<string, unknown> | null = null;

  /** @returns whether it is the first one */
  set(document: Record<string, unknown>): boolean {
    const isFirst = this.#document === null;
    this.#document = document;
    return isFirst;
  }

  /** @param section a member of `fastscore`; undefined: everything */
  get(section: string | undefined): unknown {
    if (this.#document === null) throw new FastScoreError('CONFIG_NOT_FOUND', 'No configuration is set');
    if (section === undefined) return this.#document;
    const { fastscore } = this.#document;
    if (typeof fastscore === 'object' && fastscore !== null && Object.hasOwn(fastscore, section)) {
      return (fastscore as Record<string, unknown>)[section];
    }
    throw new FastScoreError('CONFIG_NOT_FOUND', `The configuration has no section '${section}'`);
  }
}
