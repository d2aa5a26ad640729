import { FastScoreError } from '../core/errors.ts';
import { nearName } from './near-name.ts';

/**
 * Reads the fields of a JSON object by name and type. What was never asked for is unknown:
 * `warnUnknown` says so. A field that is null counts as omitted, except for `raw`.
 */
export class Fields {
  readonly #owner: string;
  readonly #values: Readonly<Record<string, unknown>>;
  readonly #asked = new Set<string>();

  /** @param owner who the fields belong to, as it begins a message: `Transport 'file'` */
  constructor(owner: string, values: Readonly<Record<string, unknown>>) {
    this.#owner = owner;
    this.#values = values;
  }

  /** The value as it stands, null included; undefined when omitted. */
  raw(name: string): unknown {
    this.#asked.add(name);
    return Object.hasOwn(this.#values, name) ? this.#values[name] : undefined;
  }

  string(name: string): string | undefined {
    return this.#typed(name, 'a string', (value) => typeof value === 'string') as string | undefined;
  }

  integer(name: string): number | undefined {
    return this.#typed(name, 'an integer', Number.isInteger) as number | undefined;
  }

  strings(name: string): readonly string[] | undefined {
    return this.#typed(name, 'a list of strings', isStrings) as readonly string[] | undefined;
  }

  required<T>(name: string, value: T | undefined): T {
    if (value !== undefined) return value;
    const hint = this.hintFor(name);
    throw new FastScoreError('BAD_DESCRIPTOR', `${this.#owner} requires '${name}'`, hint === undefined ? {} : { hint });
  }

  /** What to say about a missing field when another one may be a misspelling of it. */
  hintFor(name: string): string | undefined {
    const near = nearName(name, this.#unknown());
    return near === null ? undefined : `Did you mean '${name}' where it says '${near}'?`;
  }

  warnUnknown(warnings: string[]): void {
    for (const name of this.#unknown()) {
      const near = nearName(name, [...this.#asked]);
      const question = near === null ? '' : ` (did you mean '${near}'?)`;
      warnings.push(`${this.#owner}: field '${name}' is not known and was ignored${question}`);
    }
  }

  #unknown(): string[] {
    return Object.keys(this.#values).filter((name) => !this.#asked.has(name));
  }

  #typed(name: string, type: string, matches: (value: unknown) => boolean): unknown {
    const value = this.raw(name);
    if (value === undefined || value === null) return undefined;
    if (!matches(value)) throw new FastScoreError('BAD_DESCRIPTOR', `'${name}' must be ${type}`);
    return value;
  }
}

export function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
