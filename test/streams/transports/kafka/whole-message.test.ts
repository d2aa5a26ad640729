import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { unwrapMessage, wrapMessage } from '../../../../src/streams/transports/kafka/whole-message.ts';

const bytes = fc.uint8Array({ maxLength: 20 }).map((array) => Buffer.from(array));
const optional = fc.option(
  fc.oneof(
    bytes,
    fc.string({ unit: 'binary' }).map((text) => Buffer.from(text)),
  ),
);
const value = fc.json().filter((text) => text !== 'null');

test('a message that is wrapped and unwrapped is the same again, whatever its bytes', () => {
  const message = fc.record({ key: optional, value, headers: fc.array(fc.tuple(optional, optional)) });
  fc.assert(
    fc.property(message, fc.integer({ min: 0, max: 2 ** 50 }), ({ key, value: text, headers }, milliseconds) => {
      const timestamp = BigInt(milliseconds);
      const record = wrapMessage({ key, value: Buffer.from(text), headers }, timestamp);
      JSON.parse(record.toString());
      expect(unwrapMessage(record)).toEqual({ key, value: Buffer.from(text), headers, timestamp });
    }),
  );
});

const wrapped = (text: string | null): string =>
  wrapMessage({ key: Buffer.from('k'), value: text === null ? null : Buffer.from(text), headers: [] }, 5n).toString();

describe('wrapping', () => {
  test('keeps every digit of the value', () => {
    const record = wrapped('{"n":12345678901234567890.10}');
    expect(record).toBe('{"key":"k","timestamp":5,"headers":[],"value":{"n":12345678901234567890.10}}');
    expect(unwrapMessage(Buffer.from(record)).value?.toString()).toBe('{"n":12345678901234567890.10}');
  });

  test.each(['abc', '1,"key":"other"', '', '{"a":1}}'])('leaves what is no JSON as it is: %j', (text) => {
    expect(wrapped(text)).toBe(text);
  });

  test('leaves control records as they are', () => {
    expect(wrapped('{"$fastscore":"end"}')).toBe('{"$fastscore":"end"}');
  });

  test('takes JSON of several lines', () => {
    expect(JSON.parse(wrapped('{\n"a":\n1}'))).toMatchObject({ value: { a: 1 } });
  });
});

describe('unwrapping', () => {
  test('takes what is no message as a value', () => {
    const nothing = { key: null, headers: [], timestamp: null };
    for (const text of ['1', '[1]', '{"a":1}', '"value"']) {
      expect(unwrapMessage(Buffer.from(text))).toEqual({ ...nothing, value: Buffer.from(text) });
    }
  });

  test('has defaults for all but the value, and null for a message without one', () => {
    expect(unwrapMessage(Buffer.from('{"value":null,"key":7}'))).toEqual({
      key: Buffer.from('7'),
      value: null,
      headers: [],
      timestamp: null,
    });
  });
});
