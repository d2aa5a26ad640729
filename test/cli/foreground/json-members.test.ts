import fc from 'fast-check';
import { expect, it } from 'vitest';
import { jsonMembers } from '../../../src/cli/foreground/json-members.ts';

it('splits any JSON object into the texts of its members', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.constantFrom(0, 2), (object, indent) => {
      const members = jsonMembers(JSON.stringify(object, null, indent));
      const parsed = [...members].map(([key, text]) => [key, JSON.parse(text) as unknown]);
      expect(parsed).toEqual(Object.entries(JSON.parse(JSON.stringify(object)) as object));
    }),
  );
});

it('keeps every digit', () => {
  expect(jsonMembers('{"n": 12345678901234567890, "f": 1.0}')).toEqual(
    new Map([
      ['n', '12345678901234567890'],
      ['f', '1.0'],
    ]),
  );
});

it('takes the last of repeated members', () => {
  expect(jsonMembers('{"a":1,"a":{"b":[2,{}]}}').get('a')).toBe('{"b":[2,{}]}');
});

it.each(['[]', 'null', '1', '{"a":}', ''])('refuses %s', (text) => {
  expect(() => jsonMembers(text)).toThrow(SyntaxError);
});
