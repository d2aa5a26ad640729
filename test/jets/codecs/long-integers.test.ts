import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { hasRiskyEscape, parseJson, writeJson } from '../../../src/jets/codecs/r-serialize/json-text.ts';
import { LongInteger, parseWithLongs } from '../../../src/jets/codecs/r-serialize/long-integer.ts';
import { readR } from '../../../src/jets/codecs/r-serialize/reader.ts';
import { JsonWriter } from '../../../src/jets/codecs/r-serialize/to-json.ts';
import { RValueWriter } from '../../../src/jets/codecs/r-serialize/value-writer.ts';

const integer = fc.oneof(
  fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n }),
);
const digits = fc.stringMatching(/^-?[0-9]{0,30}$/);

/** JSON texts without blanks, as texts. */
const { json } = fc.letrec<{ json: string; list: string; map: string }>((tie) => ({
  json: fc.oneof(
    { depthSize: 'small' },
    integer.map(String),
    fc.oneof(digits, fc.constantFrom('"', '\\', ',', '[1]')).map((text) => JSON.stringify(text)),
    fc.constantFrom('null', 'true', '0.5', '[]', '{}'),
    tie('list'),
    tie('map'),
  ),
  list: fc.array(tie('json'), { minLength: 1, maxLength: 4 }).map((items) => `[${items.join(',')}]`),
  map: fc
    .uniqueArray(fc.tuple(fc.oneof(digits, fc.constantFrom('a', '"')), tie('json')), {
      selector: ([key]) => key,
      minLength: 1,
      maxLength: 4,
    })
    .map((members) => `{${members.map(([key, value]) => `${JSON.stringify(key)}:${value}`).join(',')}}`),
}));

test('integers of any size, wherever they stand, come back from R with every digit', () => {
  fc.assert(
    fc.property(json, (text) => {
      expect(throughR(text)).toBe(text);
    }),
  );
});

test('what is no integer, or no JSON, is read as JSON.parse reads it', () => {
  const parts = fc.array(
    fc.constantFrom('1234567890123456789', '"', '\\', ',', ':', '[', ']', '{', '}', '.', 'e', '-', '0', ' ', 'null'),
  );
  fc.assert(
    fc.property(
      parts.map((some) => some.join('')),
      (text) => {
        expect(outcome(() => rounded(parseWithLongs(text)))).toEqual(outcome(() => rounded(JSON.parse(text))));
      },
    ),
  );
});

test('integers that R holds stay plain numbers', () => {
  const plain = ['9007199254740992', '-9007199254740992', '1e16', '12345678901234567.0', '"12345678901234567890"'];
  for (const text of plain) expect(parseWithLongs(text)).toBe(JSON.parse(text));
  expect(parseWithLongs('[9007199254740993]')).toEqual([new LongInteger('9007199254740993')]);
});

test('digits that are not those of the double any more do not count', () => {
  const bytes = serialized('12345678901234567890');
  const at = bytes.indexOf('12345678901234567890');
  for (const other of ['12345678901234560000', '1234567890123456789x', '1,2345678901234567']) {
    const altered = Buffer.from(bytes);
    altered.write(other.padEnd(20, '0').slice(0, 20), at);
    expect(shown(altered)).toBe('1.2345678901234567e+19');
  }
});

const throughR = (text: string): string => shown(serialized(text));

function serialized(text: string): Buffer {
  const writer = new RValueWriter();
  writer.start();
  const writing = { listsOfOne: true, checkTexts: hasRiskyEscape(text), rawTexts: false, prefixedKeys: false };
  writeJson(writer, text, parseJson(text), writing);
  return writer.take();
}

function shown(bytes: Buffer): string {
  const writer = new JsonWriter(64);
  writer.write(readR(bytes));
  return writer.sink.bytes().toString();
}

const rounded = (value: unknown): unknown => (value === undefined ? value : JSON.parse(JSON.stringify(value)));

function outcome(run: () => unknown): unknown {
  try {
    return { value: run() };
  } catch (error) {
    return { error: (error as Error).message };
  }
}
