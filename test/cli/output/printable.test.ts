import { expect, it } from 'vitest';
import { printableLine, printableText } from '../../../src/cli/output/printable.ts';

it('shows control characters instead of sending them to the terminal', () => {
  expect(printableText('a\u001b[2Jb\u009bc\rd\n\te')).toBe('a\\u001b[2Jb\\u009bc\\u000dd\n\te');
});

it('keeps one line one line', () => {
  expect(printableLine('a\nb\tc')).toBe('a\\nb\\tc');
});

it('leaves letters of all languages alone', () => {
  expect(printableLine('Grüße, 世界 \u{1f600}')).toBe('Grüße, 世界 \u{1f600}');
});
