type Offsets = Uint8Array | Uint16Array | Uint32Array | Float64Array;

/** Numbers that are mostly alike, such as versions: in as few bytes as the difference between the least and the greatest takes. */
export class Column {
  readonly #least: number;
  /** Null when all are the same. */
  readonly #offsets: Offsets | null;

  constructor(numbers: ArrayLike<number>) {
    let [least, greatest] = [numbers[0] ?? 0, numbers[0] ?? 0];
    for (let index = 1; index < numbers.length; index++) {
      const number = numbers[index] as number;
      if (number < least) least = number;
      if (number > greatest) greatest = number;
    }
    this.#least = least;
    const offsets = offsetsFor(greatest - least, numbers.length);
    if (offsets !== null)
      for (let index = 0; index < numbers.length; index++) offsets[index] = (numbers[index] as number) - least;
    this.#offsets = offsets;
  }

  at(index: number): number {
    return this.#offsets === null ? this.#least : this.#least + (this.#offsets[index] as number);
  }
}

function offsetsFor(range: number, length: number): Offsets | null {
  if (range === 0) return null;
  if (range < 2 ** 8) return new Uint8Array(length);
  if (range < 2 ** 16) return new Uint16Array(length);
  return range < 2 ** 32 ? new Uint32Array(length) : new Float64Array(length);
}
