import { expect, test } from 'vitest';
import { randomHex } from '../../src/util/random-hex.ts';

test('two digits for each byte, others each time', () => {
  expect(randomHex(6)).toMatch(/^[0-9a-f]{12}$/);
  expect(randomHex(12)).not.toBe(randomHex(12));
});
