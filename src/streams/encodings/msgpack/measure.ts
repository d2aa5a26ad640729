import type { Measure } from '../encoding.ts';

/** Finds the ends of MessagePack values: all it has to remember is how many values are still to come. */
export class MsgpackMeasure implements Measure {
  #at = 0;
  #pending = 0;
  #flaw: string | null = null;

  get at(): number {
    return this.#at;
  }

  get flaw(): string | null {
    return this.#flaw;
  }

  start(at: number): void {
    this.#at = at;
    this.#pending = 1;
    this.#flaw = null;
  }

  rebase(bytes: number): void {
    this.#at -= bytes;
  }

  advance(data: Buffer): boolean {
    while (this.#pending > 0) {
      if (this.#at >= data.length) return false;
      const type = data[this.#at]!;
      if (type === 0xc1) {
        this.#flaw = 'not MessagePack: byte c1 is not used';
        return false;
      }
      const width = lengthWidth(type);
      if (this.#at + 1 + width > data.length) return false;
      const length = width === 0 ? 0 : data.readUIntBE(this.#at + 1, width);
      const end = this.#at + 1 + width + payload(type, length);
      if (end > data.length) return false;
      this.#at = end;
      this.#pending += children(type, length) - 1;
    }
    return true;
  }
}

/** Bytes of the length that follows the type. */
function lengthWidth(type: number): number {
  switch (type) {
    case 0xc4:
    case 0xc7:
    case 0xd9:
      return 1;
    case 0xc5:
    case 0xc8:
    case 0xda:
    case 0xdc:
    case 0xde:
      return 2;
    case 0xc6:
    case 0xc9:
    case 0xdb:
    case 0xdd:
    case 0xdf:
      return 4;
    default:
      return 0;
  }
}

/** Bytes that follow the length, or the type, and are not values themselves. */
function payload(type: number, length: number): number {
  if (type < 0xa0 || type >= 0xe0) return 0;
  if (type < 0xc0) return type & 0x1f;
  if (type >= 0xc7 && type <= 0xc9) return length + 1;
  if (type >= 0xca && type <= 0xcb) return 4 << (type - 0xca);
  if (type >= 0xcc && type <= 0xcf) return 1 << (type - 0xcc);
  if (type >= 0xd0 && type <= 0xd3) return 1 << (type - 0xd0);
  if (type >= 0xd4 && type <= 0xd8) return 1 + (1 << (type - 0xd4));
  return type >= 0xdc ? 0 : length;
}

/** Values that belong to this one. */
function children(type: number, length: number): number {
  if (type >= 0x80 && type < 0x90) return 2 * (type & 0x0f);
  if (type >= 0x90 && type < 0xa0) return type & 0x0f;
  if (type === 0xdc || type === 0xdd) return length;
  return type === 0xde || type === 0xdf ? 2 * length : 0;
}
