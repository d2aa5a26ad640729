import { expect, test } from 'vitest';
import { streamHint } from '../../src/cli/stream-hint.ts';

test.each([
  ['rest', 0, 'rest:'],
  ['REST', 1, 'rest:'],
  ['"discard"', 1, 'discard:'],
  ['1,2,3', 0, 'inline:1,2,3'],
  ['[1,2]', 0, 'inline:1,2'],
  ['out.jsonl', 1, 'file:out.jsonl'],
  ['in.jsonl', 0, undefined],
  ['scores', 0, undefined],
])('%s in slot %d was meant as %s', (text, slot, hint) => {
  expect(streamHint(text, slot)).toBe(hint);
});
