import { expect, test } from 'vitest';
import { isLoopback } from '../../src/util/loopback.ts';

test.each(['127.0.0.1', '127.1.2.3', '::1', '0:0:0:0:0:0:0:1', '::ffff:127.0.0.1', 'localhost', 'LocalHost'])(
  '%s is this machine',
  (host) => {
    expect(isLoopback(host)).toBe(true);
  },
);

test.each([
  '',
  '0.0.0.0',
  '::',
  '128.0.0.1',
  '10.0.0.1',
  '::2',
  '::ffff:10.0.0.1',
  'localhost.example',
  'xlocalhost',
  '127.0.0.1.example',
  '0x7f000001',
  '2130706433',
  '127.1',
])('%s may be another', (host) => {
  expect(isLoopback(host)).toBe(false);
});
