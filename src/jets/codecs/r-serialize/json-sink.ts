/** UTF-8 JSON text, written piece by piece into a buffer that grows. */
export class JsonSink {
  at = 0;
  #buffer: Buffer;

  constructor(sizeExpected: number) {
    this.#buffer = Buffer.allocUnsafeSlow(Math.max(64, sizeExpected));
  }

  bytes(): Buffer {
    return this.#buffer.subarray(0, this.at);
  }

  /** One ASCII character. */
  byte(code: number): void {
    if (this.at === this.#buffer.length) this.reserve(1);
    this.#buffer[this.at++] = code;
  }

  /** ASCII text. */
  ascii(text: string): void {
    this.reserve(text.length);
    for (let index = 0; index < text.length; index++) this.#buffer[this.at++] = text.charCodeAt(index);
  }

  copy(source: Buffer, start: number, end: number): void {
    this.reserve(end - start);
    // A plain loop: what is copied is short, and a slice for each would cost more.
    for (let from = start; from < end; from++) this.#buffer[this.at++] = source[from] as number;
  }

  /** A finite number, as {@link numberText} says. */
  number(value: number): void {
    if (value >= 0 && value < 1e9 && Number.isInteger(value) && !Object.is(value, -0)) this.#shortInteger(value);
    else this.ascii(numberText(value));
  }

  /** UTF-8 bytes as a JSON string. */
  string(source: Buffer, start: number, end: number): void {
    this.reserve((end - start) * 6 + 2);
    const buffer = this.#buffer;
    let to = this.at;
    buffer[to++] = QUOTE;
    for (let from = start; from < end; from++) {
      const byte = source[from] as number;
      if (byte >= 0x20 && byte !== QUOTE && byte !== BACKSLASH) {
        buffer[to++] = byte;
      } else {
        const spelled = ESCAPES[byte] as string;
        for (let index = 0; index < spelled.length; index++) buffer[to++] = spelled.charCodeAt(index);
      }
    }
    buffer[to++] = QUOTE;
    this.at = to;
  }

  reserve(size: number): void {
    if (this.at + size <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.#buffer.length * 2, this.at + size));
    larger.set(this.#buffer.subarray(0, this.at));
    this.#buffer = larger;
  }

  #shortInteger(value: number): void {
    this.reserve(9);
    let digits = 1;
    for (let limit = 10; limit <= value; limit *= 10) digits += 1;
    let rest = value | 0;
    for (let at = this.at + digits - 1; at >= this.at; at--) {
      const quotient = (rest / 10) | 0;
      this.#buffer[at] = DIGIT_0 + rest - quotient * 10;
      rest = quotient;
    }
    this.at += digits;
  }
}

/**
 * JSON of a finite number: whole ones up to 2^53 without fraction, so that they are integers everywhere; larger ones with an exponent,
 * because not all their digits are meant; all others in the fewest digits that give the same number back.
 */
export function numberText(value: number): string {
  if (Object.is(value, -0)) return '-0';
  return Number.isInteger(value) && Math.abs(value) > 2 ** 53 ? value.toExponential() : String(value);
}

const DIGIT_0 = 0x30;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** How a byte that cannot stand in a string as it is is spelled. */
const ESCAPES: readonly string[] = Array.from({ length: 128 }, (_, byte) =>
  JSON.stringify(String.fromCharCode(byte)).slice(1, -1),
);
