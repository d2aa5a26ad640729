import { DOUBLE, IS_BYTES, LIST, LOGICAL, NULL, STRING } from './format.ts';
import { longDigits } from './to-json.ts';
import type { RValue } from './value.ts';

/**
 * Whether R gets the very same value back from the JSON that is written for it. Not so: integers, which come back as
 * doubles; vectors of length zero and lists such as list(1, 2), which come back as a list and a vector; NA; and all that has attributes
 * other than the names of a list: a vector, too, that knows to be an array of one element, which comes back as a list.
 */
export function isExactInJson(value: RValue): boolean {
  if (value.attributes !== null || value.hasClass) return isLong(value);
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

/** Some of the elements are integers beyond 2^53 with their digits. */
function isLong(value: RValue): boolean {
  if (value.type !== DOUBLE || value.names !== null || value.attributes?.size !== 2) return false;
  let isAny = false;
  for (let index = 0; index < value.length; index++) {
    if (longDigits(value, index) !== null) isAny = true;
    else if (value.attributes.get('exact')?.text(index) !== null) return false;
  }
  return isAny && hasExactElements(value);
}

function isExactArray(list: RValue): boolean {
  const isVector = list.length > 1 && isScalar(list.item(0)) && every(list, (item) => isScalarLike(item, list.item(0)));
  return !isVector && every(list, isExactInJson);
}

function isExactObject(list: RValue, names: RValue): boolean {
  if (names.type !== STRING || !names.isBare || names.length !== list.length) return false;
  const keys = new Set(names.texts());
  return keys.size === names.length && !keys.has(null) && every(list, isExactInJson);
}

function every(list: RValue, holds: (item: RValue) => boolean): boolean {
  for (let index = 0; index < list.length; index++) if (!holds(list.item(index))) return false;
  return true;
}

const isScalar = (value: RValue): boolean =>
  value.length === 1 && value.type !== LIST && (value.isBare || isLong(value));

const isScalarLike = (value: RValue, other: RValue): boolean => isScalar(value) && value.type === other.type;

function hasExactElements(value: RValue): boolean {
  for (let index = 0; index < value.length; index++) {
    if (value.isNa(index)) return false;
    if (value.type === DOUBLE && !Number.isFinite(value.double(index))) return false;
    if (value.type === STRING && value.bytes.readInt32LE(value.offset(index)) & IS_BYTES) return false;
  }
  return true;
}
