const POWERS = Array.from({ length: 16 }, (_, exponent) => 10 ** exponent);
const MOST_DIGITS = 15;
const MINUS = 0x2d;
const DOT = 0x2e;
const ZERO = 0x30;

/**
 * What the JSON text of a number stands for. One of few digits is the quotient of two integers that a double holds exactly, and so is
 * rounded as it should be, without making a string of it first.
 */
export function numberAt(data: Buffer, start: number, end: number): number {
  const first = data[start] === MINUS ? start + 1 : start;
  if (end - first > MOST_DIGITS) return slowly(data, start, end);
  let value = 0;
  let decimals = 0;
  for (let at = first; at < end; at++) {
    const byte = data[at]!;
    if (byte === DOT) decimals = end - at - 1;
    else if (byte >= ZERO && byte <= ZERO + 9) value = value * 10 + byte - ZERO;
    else return slowly(data, start, end);
  }
  const size = value / POWERS[decimals]!;
  return first > start ? -size : size;
}

const slowly = (data: Buffer, start: number, end: number): number => Number(data.toString('latin1', start, end));
