import { expect, test } from 'vitest';
import { quoteLine } from '../../src/model/quote-line.ts';

test.each([
  ['  x = 1  \n', '"x = 1"'],
  ['a\tb\u001b[31m\u009b', '"a\uFFFDb\uFFFD[31m\uFFFD"'],
  ['x'.repeat(120), `"${'x'.repeat(120)}"`],
  ['x'.repeat(121), `"${'x'.repeat(120)}..."`],
])('%j is shown as %j', (line, shown) => {
  expect(quoteLine(line)).toBe(shown);
});
