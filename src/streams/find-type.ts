import { FastScoreError } from '../core/errors.ts';
import { nearestName } from '../util/nearest-name.ts';

/** The named types of one kind: those that can be used, and those that FastScore 1.10 had beside them. */
export interface TypeTable<T extends { readonly name: string }> {
  /** As a message begins: `Transport type` in `Transport type 'X' not recognized`. */
  readonly title: string;
  readonly kind: 'Transport' | 'Envelope' | 'Encoding';
  /** By lower-case name; aliases have entries of their own. */
  readonly types: ReadonlyMap<string, T>;
  /** Names that are known but not supported. */
  readonly unsupported: readonly string[];
}

/** Looks a type up by name, upper and lower case apart. */
export function findType<T extends { readonly name: string }>(name: string, table: TypeTable<T>): T {
  const found = table.types.get(name.toLowerCase());
  if (found !== undefined) return found;
  const supported = [...new Set([...table.types.values()].map((type) => type.name))];
  const unsupported = table.unsupported.find((known) => known.toLowerCase() === name.toLowerCase());
  if (unsupported !== undefined) {
    throw new FastScoreError('BAD_DESCRIPTOR', `${table.kind} '${unsupported}' is not supported by this release`, {
      hint: `Use one of: ${supported.join(', ')}`,
    });
  }
  const near = nearestName(name, [...supported, ...table.unsupported]);
  throw new FastScoreError('BAD_DESCRIPTOR', `${table.title} '${name}' not recognized`, {
    hint: near === undefined ? `Use one of: ${supported.join(', ')}` : `Did you mean '${near}'?`,
  });
}
