import { describe, expect, it } from 'vitest';
import { loadScript } from './load-script.ts';

// The demo itself is run by .ci/run, with this very check.
const { findMissingPart } = await loadScript<{ findMissingPart(page: string, output: string): string | undefined }>(
  'demo/excerpt.mjs',
);

describe('the check of the demo in the README', () => {
  const page = '# Name\n\n```console demo\n$ a\n1\n...\n$ b\n...\n```\n';

  it('accepts parts that are printed in this order', () => {
    expect(findMissingPart(page, 'Hello\n$ a\n1\n2\n$ b\n3\n')).toBeUndefined();
  });

  it('names the part that is missing, or stands elsewhere', () => {
    expect(findMissingPart(page, '$ a\n2\n$ b\n')).toBe('$ a\n1\n');
    expect(findMissingPart(page, '$ b\n$ a\n1\n')).toBe('$ b\n');
  });

  it('wants a block to compare with', () => {
    expect(findMissingPart('# Name\n', '')).toContain('no block');
  });
});
