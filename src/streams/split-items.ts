const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;

/** What opens a list or an object, with what closes it. */
const CLOSING = new Map([
  [0x5b, 0x5d],
  [0x7b, 0x7d],
]);

/**
 * Splits a list of items at its commas, but for those within a JSON list, object or text: `1,{"a":2,"b":3}` has two items.
 * Where brackets and quotes do not go together, as in what is no JSON, every comma counts.
 */
export function splitItems(list: Buffer): Buffer[] {
  return splitAt(list, outerCommas(list) ?? commas(list));
}

/** Places of the commas outside of lists, objects and texts; null when one of these is not closed. */
function outerCommas(list: Buffer): number[] | null {
  const found: number[] = [];
  const open: number[] = [];
  for (let at = 0; at < list.length; at++) {
    const byte = list[at]!;
    if (byte === QUOTE) {
      at = endOfText(list, at);
      if (at === -1) return null;
    } else if (CLOSING.has(byte)) {
      open.push(CLOSING.get(byte)!);
    } else if (byte === 0x5d || byte === 0x7d) {
      if (open.pop() !== byte) return null;
    } else if (byte === COMMA && open.length === 0) {
      found.push(at);
    }
  }
  return open.length === 0 ? found : null;
}

/** Place of the quote that closes a text; -1 when there is none. */
function endOfText(list: Buffer, start: number): number {
  for (let at = start + 1; at < list.length; at++) {
    if (list[at] === QUOTE) return at;
    if (list[at] === BACKSLASH) at += 1;
  }
  return -1;
}

function commas(list: Buffer): number[] {
  const found: number[] = [];
  for (let at = list.indexOf(COMMA); at !== -1; at = list.indexOf(COMMA, at + 1)) found.push(at);
  return found;
}

function splitAt(list: Buffer, places: readonly number[]): Buffer[] {
  const starts = [0, ...places.map((place) => place + 1)];
  return starts.map((start, i) => list.subarray(start, places[i] ?? list.length));
}
