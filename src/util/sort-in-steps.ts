const RUN_LENGTH = 2_048;

/**
 * Sorts by UTF-16 code units without ever working for long: yields after each small step, so that the caller
 * can let others run. Runs are sorted on their own, then merged in pairs, to and fro between two arrays.
 */
export function* sortInSteps(names: readonly string[]): Generator<undefined, readonly string[], void> {
  const size = names.length;
  if (size <= RUN_LENGTH) return [...names].sort();
  let source = new Array<string>(size);
  let target = new Array<string>(size);
  for (let start = 0; start < size; start += RUN_LENGTH) {
    const run = names.slice(start, start + RUN_LENGTH).sort();
    for (let index = 0; index < run.length; index++) source[start + index] = run[index] as string;
    yield;
  }
  for (let length = RUN_LENGTH; length < size; length *= 2) {
    for (let start = 0; start < size; start += 2 * length) {
      const middle = Math.min(start + length, size);
      yield* merge(source, target, start, middle, Math.min(middle + length, size));
    }
    [source, target] = [target, source];
  }
  return source;
}

/** Merges the sorted parts of `source` that begin at `start` and `middle` into the same place of `target`. */
function* merge(source: string[], target: string[], start: number, middle: number, end: number) {
  let [left, right] = [start, middle];
  for (let to = start; to < end; to++) {
    const takeLeft = right >= end || (left < middle && (source[left] as string) <= (source[right] as string));
    target[to] = source[takeLeft ? left++ : right++] as string;
    if (to % RUN_LENGTH === 0) yield;
  }
}
