/** Names looked at, or moved, per step: well under a millisecond of work. */
const STEP_LENGTH = 8_192;
const RUN_LENGTH = 16;
/** Units of a name that fit into a number. */
const KEY_UNITS = 6;
const LAST_UNIT = 255;

/**
 * The order of names by UTF-16 code units, as their places, without ever working for long: yields after each small step, so that
 * the caller can let others run. Numbers made from what follows the common beginning of all names are sorted; names are compared where those are equal.
 */
export function* orderInSteps(
  size: number,
  nameAt: (place: number) => string,
): Generator<undefined, Uint32Array, void> {
  if (size < 2) return new Uint32Array(size);
  const common = yield* commonLength(size, nameAt);
  let [keys, otherKeys] = [new Float64Array(size), new Float64Array(size)];
  let [places, otherPlaces] = [new Uint32Array(size), new Uint32Array(size)];
  for (let place = 0; place < size; place++) {
    keys[place] = keyOf(nameAt(place), common);
    places[place] = place;
    if (place % STEP_LENGTH === STEP_LENGTH - 1) yield;
  }
  for (let start = 0; start < size; start += RUN_LENGTH) {
    sortRun(keys, places, start, Math.min(start + RUN_LENGTH, size), nameAt);
    if (start % STEP_LENGTH === 0) yield;
  }
  for (let length = RUN_LENGTH; length < size; length *= 2) {
    let moved = 0;
    for (let start = 0; start < size; start += 2 * length) {
      const middle = Math.min(start + length, size);
      const end = Math.min(middle + length, size);
      let [left, right] = [start, middle];
      for (let to = start; to < end; to++) {
        const takesRight =
          left === middle ||
          (right < end && comesAfter(keys, places, left, keys[right] as number, places[right] as number, nameAt));
        const from = takesRight ? right++ : left++;
        otherKeys[to] = keys[from] as number;
        otherPlaces[to] = places[from] as number;
        if (++moved % STEP_LENGTH === 0) yield;
      }
    }
    [keys, otherKeys] = [otherKeys, keys];
    [places, otherPlaces] = [otherPlaces, places];
  }
  return places;
}

type NameAt = (place: number) => string;

/** How many units all names begin with alike. */
function* commonLength(size: number, nameAt: NameAt): Generator<undefined, number, void> {
  const first = nameAt(0);
  let common = first.length;
  for (let place = 1; place < size && common > 0; place++) {
    const name = nameAt(place);
    let length = 0;
    while (length < common && name.charCodeAt(length) === first.charCodeAt(length)) length++;
    common = length;
    if (place % STEP_LENGTH === 0) yield;
  }
  return common;
}

/** A number that is not above that of a name that comes after: a digit of 8 bits for each unit, 0 behind the end. */
function keyOf(name: string, from: number): number {
  let key = 0;
  let isExact = true;
  for (let at = from; at < from + KEY_UNITS; at++) {
    let digit = 0;
    if (isExact && at < name.length) {
      digit = Math.min(name.charCodeAt(at) + 1, LAST_UNIT);
      // Units from here on share a digit: what comes behind does not count.
      isExact = digit < LAST_UNIT;
    }
    key = key * 256 + digit;
  }
  return key;
}

/** Whether the name that stands at `index` comes after the one of `key` and `place`. */
function comesAfter(
  keys: Float64Array,
  places: Uint32Array,
  index: number,
  key: number,
  place: number,
  nameAt: NameAt,
): boolean {
  const difference = (keys[index] as number) - key;
  return difference === 0 ? nameAt(places[index] as number) > nameAt(place) : difference > 0;
}

function sortRun(keys: Float64Array, places: Uint32Array, start: number, end: number, nameAt: NameAt): void {
  for (let next = start + 1; next < end; next++) {
    const [key, place] = [keys[next] as number, places[next] as number];
    let to = next;
    for (; to > start && comesAfter(keys, places, to - 1, key, place, nameAt); to--) {
      keys[to] = keys[to - 1] as number;
      places[to] = places[to - 1] as number;
    }
    keys[to] = key;
    places[to] = place;
  }
}
