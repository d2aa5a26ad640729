import { LOGICAL } from './format.ts';
import type { RValue } from './value.ts';

/**
 * R has no scalars: the vector of length one stands for `"x"` and for `["x"]`. This attribute, TRUE, says that it came from an array. R keeps
 * it while the vector is passed on or computed with, and drops it when an element is picked.
 */
export const ARRAY_MARK = 'json_array';

/** Whether a vector of length one is meant as an array: one that came from an array, `I("x")`, or an array of R. */
export function isLoneArray(value: RValue): boolean {
  if (value.attributes === null) return false;
  return isMarked(value) || value.inherits('AsIs') || value.attributes.get('dim')?.length === 1;
}

export function isMarked({ attributes }: RValue): boolean {
  const mark = attributes?.get(ARRAY_MARK);
  return mark !== undefined && mark.type === LOGICAL && mark.isBare && mark.length === 1 && mark.integer(0) === 1;
}
