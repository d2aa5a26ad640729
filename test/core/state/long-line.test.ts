import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readSnapshot } from '../../../src/core/snapshot/read.ts';
import { encodeSnapshot } from '../../../src/core/snapshot/write.ts';
import type { Entry } from '../../../src/core/state/entry.ts';
import type { ParsedLine } from '../../../src/core/state/entry-line.ts';
import { parseEntryLine } from '../../../src/core/state/entry-line.ts';
import { cellKey, itemKey } from '../../../src/core/state/key.ts';
import { LongLine } from '../../../src/core/state/long-line.ts';
import { jsonValue } from '../../../src/core/state/value.ts';
import { bytesOf, inPieces, sealed } from '../snapshot/bytes.ts';
import { header } from '../snapshot/samples.ts';

function last<T>(steps: Generator<undefined, T, void>): T {
  let step = steps.next();
  while (!step.done) step = steps.next();
  return step.value;
}

function outcome(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    if (error instanceof SyntaxError) return error.message;
    throw error;
  }
}

/** With the value as text. */
const plainly = ({ entry: [key, { json, native }], ...line }: ParsedLine) => ({
  ...line,
  entry: [key, { json, native }],
});

/** @param cuts lengths of the pieces, over and over */
function inLongPieces(line: Buffer, cuts: readonly number[]): ParsedLine {
  const long = new LongLine();
  for (let at = 0, cut = 0; at < line.length; cut++) {
    const end = at + (cuts[cut % cuts.length] ?? line.length);
    last(long.take(line.subarray(at, end)));
    at = end;
  }
  return last(long.end());
}

const values = fc.oneof(
  fc.jsonValue().map((value) => JSON.stringify(value)),
  fc.constantFrom('"\\u20ac\\n\\u0041"', '[1, 2]', '"\\', '{"a":', '', '1}', '"\x7f"', 'tru'),
  fc.string({ unit: fc.constantFrom('a', '"', '\\', 'u', '0', '[', ']', '\x01') }),
);
const lines = fc
  .record({
    before: fc.constantFrom(
      '{"cell":"c"',
      '{"cell":"\\u0041"',
      '{"pool":"p","item":"i"',
      '{"pool":"p"',
      '{"cell":1',
      '[',
    ),
    native: fc.constantFrom('', '', '', ',"python":"AAEC"', ',"R":"?"'),
    field: fc.constantFrom(',"value":', ',"value":', ',"value":', ''),
    value: values,
    close: fc.constantFrom('}', '}', '}', '', ']'),
  })
  .map(({ before, native, field, value, close }) => Buffer.from(`${before}${native}${field}${value}${close}`))
  .map((line) => Buffer.from(line.map((byte) => byte & 0x7f)));

describe('a line that comes in pieces', () => {
  test('is read as if it came as a whole, right or wrong', () => {
    let right = 0;
    fc.assert(
      fc.property(lines, fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 4 }), (line, cuts) => {
        const expected = outcome(() => last(parseEntryLine(line, 0, line.length)));
        if (typeof expected !== 'string') right++;
        expect(outcome(() => plainly(inLongPieces(line, cuts)))).toEqual(expected);
      }),
      { numRuns: 1_000 },
    );
    expect(right).toBeGreaterThan(0);
  });

  test('is not taken when it is not ASCII', () => {
    expect(outcome(() => inLongPieces(Buffer.from('{"cell":"c","value":"é"}'), [12]))).toBe(
      'it has bytes that are not ASCII',
    );
  });

  const text = '0123456789abcde '.repeat(70_000);
  const entries: readonly Entry[] = [
    [cellKey('a'), jsonValue('1')],
    [itemKey('p', 'a'), jsonValue(`"${text}"`)],
    [itemKey('p', 'b'), jsonValue('2')],
    [itemKey('p', 'c'), { json: null, native: { language: 'R', data: Buffer.from(text) } }],
    [itemKey('p', 'd'), jsonValue(`["\\u20ac${text}\\n",${'123,'.repeat(30_000)}{"a":"${text}"}]`)],
    [itemKey('p', 'e'), jsonValue('3')],
  ];

  test.each([65_537, 100_000_000])('is whole in a snapshot read by %i bytes', async (size) => {
    const bytes = await bytesOf(encodeSnapshot(header, [entries]));
    const { entries: found, hasNative } = await readSnapshot(inPieces(bytes, size));
    expect((await bytesOf(encodeSnapshot(header, [found]))).equals(bytes), 'as it was read').toBe(true);
    expect((await bytesOf(encodeSnapshot(header, [found]))).equals(bytes)).toBe(true);
    expect(found.map(([, { json }]) => json)).toEqual(entries.map(([, { json }]) => json));
    expect(hasNative).toBe(true);
  });

  const head = bytesOf(encodeSnapshot(header, [])).then((bytes) => bytes.toString('latin1').split('\n')[0] ?? '');
  test.each([
    [
      'has a character that must be escaped',
      `{"cell":"b","value":"${text}\x01"}`,
      'unexpected "\\u0001" at position 1120001',
    ],
    ['does not end', `{"cell":"b","value":"${text}"`, 'line 3: JSON text ends too early'],
    ['is not ASCII', `{"cell":"b","value":"${text}\xe9"}`, 'line 3: it has bytes that are not ASCII'],
    ['is out of order', `{"cell":"A","value":"${text}"}`, "line 3: cell 'A' is out of order"],
    ['is there twice', `{"cell":"a","value":"${text}"}`, "line 3: cell 'a' is there twice"],
    ['is like a last line', `{"count":1,"sha256":"${text}"}`, 'line 3: its last line is not as it should be'],
  ])('is refused when it %s', async (_, line, message) => {
    const bytes = Buffer.from(sealed([await head, '{"cell":"a","value":1}', line]), 'latin1');
    await expect(readSnapshot(inPieces(bytes, 65_536))).rejects.toThrow(message);
    await expect(readSnapshot(inPieces(bytes, 100_000_000))).rejects.toThrow(message);
  });

  test('that is cut is told from one that is damaged', async () => {
    const bytes = await bytesOf(encodeSnapshot(header, [entries]));
    await expect(readSnapshot(inPieces(bytes.subarray(0, 1_150_000), 65_536))).rejects.toThrow(
      'truncated at byte 1150000',
    );
  });
});
