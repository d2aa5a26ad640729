import { DOUBLE, IS_BYTES, LIST, LOGICAL, NULL, STRING } from './format.ts';
import type { RValue } from './value.ts';

/**
 * Whether R gets the very same value back from the JSON that is written for it (with `keepArrays`). Not so: integers, which come back as
 * doubles; vectors of length zero and lists such as list(1, 2), which come back as a list and a vector; NA; and all that has attributes
 * other than the names of a list.
 */
export function isExactInJson(value: RValue): boolean {
  if (value.attributes !== null || value.hasClass) return false;
  switch (value.type) {
    case NULL:
      return true;
    case LIST:
      return value.names === null ? isExactArray(value) : isExactObject(value, value.names);
    case LOGICAL:
    case DOUBLE:
    case STRING:
      return value.names === null && value.length > 0 && hasExactElements(value);
    default:
      return false;
  }
}

function isExactArray({ items }: RValue): boolean {
  const first = items[0];
  if (items.length > 1 && first !== undefined && isScalar(first) && items.every((item) => isScalarLike(item, first))) {
    return false;
  }
  return items.every(isExactInJson);
}

function isExactObject({ items }: RValue, names: RValue): boolean {
  if (names.type !== STRING || !names.isBare || names.length !== items.length) return false;
  const keys = new Set(names.texts());
  return keys.size === names.length && !keys.has(null) && items.every(isExactInJson);
}

const isScalar = (value: RValue): boolean => value.isBare && value.length === 1 && value.type !== LIST;

const isScalarLike = (value: RValue, other: RValue): boolean => isScalar(value) && value.type === other.type;

function hasExactElements(value: RValue): boolean {
  for (let index = 0; index < value.length; index++) {
    if (value.isNa(index)) return false;
    if (value.type === DOUBLE && !Number.isFinite(value.double(index))) return false;
    if (value.type === STRING && value.bytes.readInt32LE(value.offset(index)) & IS_BYTES) return false;
  }
  return true;
}
