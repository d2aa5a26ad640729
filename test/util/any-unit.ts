import fc from 'fast-check';

/**
 * Any character, halves of characters included: a unit for `fc.string`. Like its unit `binary`, but that one takes a second
 * to be made in each test file.
 */
export const anyUnit: fc.Arbitrary<string> = fc
  .oneof(fc.nat(0x7f), fc.nat(0xffff), fc.nat(0x10ffff))
  .map((codePoint) => String.fromCodePoint(codePoint));
