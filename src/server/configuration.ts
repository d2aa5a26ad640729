import { FastScoreError } from '../core/errors.ts';
import { isMasked, masked, unmasked } from '../util/masked.ts';

/** `fastscore.db` and others like it. */
const SECTIONS_DEPTH = 2;

type Mapping = Record<string, unknown>;

/** The configuration of a fleet, kept for those who ask for it. Only where Pneumo's messages go depends on it. */
export class Configuration {
  #document: Mapping | null = null;

  /** @returns whether it is the first one */
  set(document: Mapping): boolean {
    const known = unmasked(document, this.#document, SECTIONS_DEPTH);
    if (isMasked(known)) {
      throw new FastScoreError('BAD_INPUT', 'The configuration has stars in the place of a secret', {
        hint: 'Send the secret again: it is kept only where nothing of its section changes',
      });
    }
    const isFirst = this.#document === null;
    this.#document = withNames(known as Mapping);
    return isFirst;
  }

  /** With stars in the place of passwords. @param section a member of `fastscore`; undefined: everything */
  get(section: string | undefined): unknown {
    if (this.#document === null) throw new FastScoreError('CONFIG_NOT_FOUND', 'No configuration is set');
    const shown = masked(this.#document) as Mapping;
    if (section === undefined) return shown;
    const { fastscore } = shown;
    if (isMapping(fastscore) && Object.hasOwn(fastscore, section)) return fastscore[section];
    throw new FastScoreError('CONFIG_NOT_FOUND', `The configuration has no section '${section.slice(0, 100)}'`);
  }
}

/** Members without a name get one, as 1.10 shows them. */
function withNames(document: Mapping): Mapping {
  const { fastscore } = document;
  if (!isMapping(fastscore) || !Array.isArray(fastscore.fleet)) return document;
  const counts = new Map<unknown, number>();
  const fleet = fastscore.fleet.map((member: unknown) => {
    if (!isMapping(member)) return member;
    const count = (counts.get(member.api) ?? 0) + 1;
    counts.set(member.api, count);
    return member.name === undefined ? { ...member, name: `${String(member.api)}-${count}` } : member;
  });
  return { ...document, fastscore: { ...fastscore, fleet } };
}

function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
