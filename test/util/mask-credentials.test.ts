import fc from 'fast-check';
import { expect, test } from 'vitest';
import { maskCredentials } from '../../src/util/mask-credentials.ts';

test.each([
  ['cannot reach postgres://ann:pa55@db.example:5432/x', 'cannot reach postgres://*****@db.example:5432/x'],
  ['amqp://token@host refuses', 'amqp://*****@host refuses'],
  ['sent Authorization: Bearer abc.def to x', 'sent Authorization: Bearer ***** to x'],
  ['{"Authorization":"Basic YTpi"}', '{"Authorization":"Basic *****"}'],
  [
    `{"Type": "S3", "SecretAccessKey": "a\\"b", "Bucket": "b"}`,
    '{"Type": "S3", "SecretAccessKey": *****, "Bucket": "b"}',
  ],
  ['"SaslPassword" : "x y", more', '"SaslPassword" : *****, more'],
  ['GET /x?a=1&access_token=abc&b=2', 'GET /x?a=1&access_token=*****&b=2'],
  ['password=hunter2; retry', 'password=*****; retry'],
])('%s', (text, masked) => {
  expect(maskCredentials(text)).toBe(masked);
});

test.each([
  'Stream at slot 0: file:///data/in.json ends within a record',
  'https://host.example/a@b answers 404',
  'the token is wrong',
  'mail to ann@example.com',
  'secret://db cannot be read',
])('leaves alone: %s', (text) => {
  expect(maskCredentials(text)).toBe(text);
});

test('no password in an address survives, wherever it stands', () => {
  const secret = fc.stringMatching(/^[A-Za-z0-9!$*+.;=_~-]{6,20}$/);
  fc.assert(
    fc.property(secret, fc.lorem(), fc.lorem(), (password, before, after) => {
      const masked = maskCredentials(`${before} kafka://user:${password}@broker:9092/topic ${after}`);
      expect(masked).toBe(`${before} kafka://*****@broker:9092/topic ${after}`);
    }),
  );
});
