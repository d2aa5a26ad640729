import { FastScoreError } from '../core/errors.ts';
import { nearestName } from '../util/nearest-name.ts';

/** Reads the fields of a JSON object by name and type. A field that is null counts as omitted, except for `raw`. */
export class Fields {
  readonly #owner: string;
  readonly #values: Readonly<Record<string, unknown>>;

  /**
   * @param owner who the fields belong to, as it begins a message: `Transport 'file'`
   * @param known every field that there is: any other one is refused, it may be a misspelling
   * @throws FastScoreError BAD_DESCRIPTOR
   */
  constructor(owner: string, values: Readonly<Record<string, unknown>>, known: readonly string[]) {
    this.#owner = owner;
    this.#values = values;
    for (const name of Object.keys(values)) if (!known.includes(name)) throw unknownField(owner, name, known);
  }

  /** The value as it stands, null included; undefined when omitted. */
  raw(name: string): unknown {
    return Object.hasOwn(this.#values, name) ? this.#values[name] : undefined;
  }

  string(name: string): string | undefined {
    return this.#typed(name, 'a string', (value) => typeof value === 'string') as string | undefined;
  }

  integer(name: string): number | undefined {
    return this.#typed(name, 'an integer', Number.isSafeInteger) as number | undefined;
  }

  boolean(name: string): boolean | undefined {
    return this.#typed(name, 'a boolean', (value) => typeof value === 'boolean') as boolean | undefined;
  }

  strings(name: string): readonly string[] | undefined {
    return this.#typed(name, 'a list of strings', isStrings) as readonly string[] | undefined;
  }

  required<T>(name: string, value: T | undefined): T {
    if (value !== undefined) return value;
    throw new FastScoreError('BAD_DESCRIPTOR', `${this.#owner} requires '${name}'`);
  }

  #typed(name: string, type: string, matches: (value: unknown) => boolean): unknown {
    const value = this.raw(name);
    if (value === undefined || value === null) return undefined;
    if (!matches(value)) throw new FastScoreError('BAD_DESCRIPTOR', `'${name}' must be ${type}`);
    return value;
  }
}

function unknownField(owner: string, name: string, known: readonly string[]): FastScoreError {
  const near = nearestName(name, known);
  const all = known.length === 0 ? 'It has no fields' : `Its fields are ${known.join(', ')}`;
  return new FastScoreError('BAD_DESCRIPTOR', `${owner} has no field '${name}'`, {
    hint: near === undefined ? all : `Did you mean '${near}'?`,
  });
}

export function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
