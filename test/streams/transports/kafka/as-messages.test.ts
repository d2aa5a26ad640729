import { expect, test } from 'vitest';
import { asMessages } from '../../../../src/streams/transports/kafka/as-messages.ts';

const settings = { topic: 't', metadata: false, keyField: null } as const;

const keysOf = (records: readonly string[], more: object): (string | null)[] => {
  const messages = asMessages(
    records.map((record) => Buffer.from(record)),
    { ...settings, ...more },
    () => 2,
  );
  return messages.map(({ key }) => (key === undefined ? null : String(key)));
};

test('without metadata and key a record is the value of a message, and nothing else', () => {
  const messages = asMessages([Buffer.from('{"key":"a","value":1}')], settings, () => 2);
  expect(messages).toEqual([{ topic: 't', partition: 2, value: Buffer.from('{"key":"a","value":1}') }]);
});

test('a key is the text of the field that Key names, or else its JSON as it stands', () => {
  const records = ['{"user":"ann"}', '{"user":"\\u00e9"}', '{"a":{"user":"x"},"user":12345678901234567890}'];
  expect(keysOf(records, { keyField: 'user' })).toEqual(['ann', 'é', '12345678901234567890']);
});

test('records without that field, and those that are no objects, have no key', () => {
  const records = ['{"user":null}', '{}', '[1]', '"user"', '7', ''];
  expect(keysOf(records, { keyField: 'user' })).toEqual(records.map(() => null));
});

test('a partition is chosen by the key of a whole message', () => {
  const records = ['{"key":"a","value":1}', '{"value":2}', '{"key":7,"value":3}'].map((text) => Buffer.from(text));
  const messages = asMessages(records, { ...settings, metadata: true }, (key) => key?.length ?? 9);
  expect(messages.map(({ partition, value }) => [partition, String(value)])).toEqual([
    [1, '1'],
    [9, '2'],
    [1, '3'],
  ]);
});
