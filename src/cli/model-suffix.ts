import { MODEL_TYPES, suffixOfType } from '../model/types.ts';

/** A file suffix by which an editor knows the language of a model; empty for types that we do not know. */
export function suffixOfModelType(mtype: string): string {
  const type = MODEL_TYPES.find((known) => known === mtype);
  return type === undefined ? '' : suffixOfType(type);
}
