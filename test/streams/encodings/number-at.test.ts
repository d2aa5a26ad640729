import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { numberAt } from '../../../src/streams/encodings/number-at.ts';

const integer = fc.oneof(fc.bigInt({ min: 0n, max: 10n ** 18n }), fc.bigInt({ min: 0n, max: 1000n })).map(String);
const fraction = fc.stringMatching(/^(\.[0-9]{1,18})?$/);
const exponent = fc.constantFrom('', '', '', 'e3', 'E-7', 'e+20', 'e400');
const sign = fc.constantFrom('', '-');
const decimal = fc.tuple(sign, integer, fraction, exponent).map((parts) => parts.join(''));
const double = fc.double({ noNaN: true, noDefaultInfinity: true }).map(String);

test('a number is the one that JSON.parse makes of it, to the last bit and sign', () => {
  fc.assert(
    fc.property(fc.oneof(decimal, double), (text) => {
      expect(Object.is(numberAt(Buffer.from(`[${text}]`), 1, text.length + 1), JSON.parse(text))).toBe(true);
    }),
    { numRuns: 1000 },
  );
});
