import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { commandWords } from '../../../src/streams/transports/command-words.ts';

test.each([
  ['score', ['score']],
  ['  a  b\tc ', ['a', 'b', 'c']],
  [`a 'b c' "d e"`, ['a', 'b c', 'd e']],
  [`a '' ""`, ['a', '', '']],
  [`x='1 2'y`, ['x=1 2y']],
  [String.raw`a\ b \"c "d\"e" 'f\g'`, ['a b', '"c', 'd"e', String.raw`f\g`]],
  ['a; b | c > $(d) *', ['a;', 'b', '|', 'c', '>', '$(d)', '*']],
  [String.raw`a\ `.trimEnd(), ['a\\']],
  ['', []],
])('%j is split into words', (line, words) => {
  expect(commandWords(line)).toEqual(words);
});

test('a quote that is not closed is refused', () => {
  expect(() => commandWords(`a 'b`)).toThrow(`'Run': the quote ' is not closed`);
});

test('quoted words come back as they were', () => {
  fc.assert(
    fc.property(fc.array(fc.string()), (words) => {
      const line = words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
      expect(commandWords(line)).toEqual(words);
    }),
  );
});
