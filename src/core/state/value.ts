/** The languages whose own serialized form a value may carry. */
export type NativeLanguage = 'python' | 'R';

/**
 * A stored value. It is never changed in place, so that whoever holds a reference has a consistent value.
 *
 * - `json` is JSON text that every language and every tool can read. When `native` is null it is exact.
 * - `native` holds the bytes in which `language` alone serialized the value (pickle, R serialize); it is there
 *   when JSON cannot give that language the same type back. Then `json` is a readable view, or null where there is none.
 *   The engine never opens it.
 */
export interface StateValue {
  readonly json: string | null;
  readonly native: { readonly language: NativeLanguage; readonly data: Buffer } | null;
}

/** A value that JSON says exactly. `json` must be valid JSON text. */
export const jsonValue = (json: string): StateValue => ({ json, native: null });
