import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isMasked, masked, unmasked } from '../../src/util/masked.ts';

const STREAM = {
  Transport: {
    Type: 'kafka',
    Password: 'c4n4ry',
    Keys: [{ SecretAccessKey: 'c4n4ry', AccessKeyID: 'id' }],
    Headers: { Authorization: 'Bearer c4n4ry', Accept: 'text/plain' },
    Url: 'https://user:c4n4ry@example.com/a',
    Token: 'secret://token',
  },
  Encoding: 'json',
};

test('passwords, keys, tokens and users in URLs are hidden; references and all else are not', () => {
  expect(masked(STREAM)).toEqual({
    Transport: {
      Type: 'kafka',
      Password: '*****',
      Keys: [{ SecretAccessKey: '*****', AccessKeyID: 'id' }],
      Headers: { Authorization: '*****', Accept: 'text/plain' },
      Url: 'https://*****@example.com/a',
      Token: 'secret://token',
    },
    Encoding: 'json',
  });
  expect([isMasked(STREAM), isMasked(masked(STREAM))]).toEqual([false, true]);
});

test('what was hidden comes back, and what was changed stays changed', () => {
  expect(unmasked(masked(STREAM), STREAM)).toEqual(STREAM);
  const changed = { ...(masked(STREAM) as object), Encoding: 'utf-8' };
  expect(unmasked(changed, STREAM)).toEqual({ ...STREAM, Encoding: 'utf-8' });
  expect(isMasked(unmasked({ Transport: { Password: '*****' } }, { Transport: { Type: 'x' } }))).toBe(true);
});

test('any JSON value comes back as it was', () => {
  const key = fc.oneof(fc.constantFrom('Password', 'token', 'a'), fc.string());
  const value = fc.letrec((tie) => ({
    json: fc.oneof(
      fc.string(),
      fc.constantFrom('http://a:b@c', '*****', 'x://*****@y', null, 1, true),
      fc.array(tie('json'), { maxLength: 3 }),
      fc.dictionary(key, tie('json'), { maxKeys: 3 }),
    ),
  })).json;
  fc.assert(
    fc.property(fc.dictionary(key, value, { maxKeys: 4 }), (json) => {
      expect(unmasked(masked(json), json)).toEqual(json);
    }),
    { numRuns: 300 },
  );
});

test('a value without secrets is the same value', () => {
  const value = { a: ['b', { c: null }] };
  expect(masked(value)).toBe(value);
});

test('the password in a connection string is masked, a reference to a secret is not', () => {
  const mask = (text: string) => masked({ ConnectionString: text });
  expect(mask('Uid=ann;Pwd=canary;Port=1')).toEqual({ ConnectionString: 'Uid=ann;Pwd=*****;Port=1' });
  expect(mask('Password={can;ary}')).toEqual({ ConnectionString: 'Password=*****' });
  expect(mask('Uid=ann;Pwd=secret://db')).toEqual({ ConnectionString: 'Uid=ann;Pwd=secret://db' });
  expect(isMasked(mask('Pwd=canary'))).toBe(true);
});
