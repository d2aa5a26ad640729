import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../src/util/package-root.ts';
import { temporaryFolder } from '../util/temporary-folder.ts';
import { loadScript } from './load-script.ts';

const { findDeadLinks } = await loadScript<{ findDeadLinks(folder: string): string[] }>('check-docs.mjs');

describe('the check of links', () => {
  it('accepts the pages as they are', () => {
    expect(findDeadLinks(packageRoot)).toEqual([]);
  });

  it('refuses links to files and headings that are not there, with page and line', () => {
    const folder = temporaryFolder({
      'README.md':
        '# Name\n\n[a](docs/a.md) [b](docs/b.md)\n[c](docs/a.md#two-words) [d](docs/a.md#three) [e](#name)\n',
      'docs/a.md': '# Two words\n',
    });
    expect(findDeadLinks(folder)).toEqual([
      'README.md:3 links to docs/b.md: there is no such file',
      'README.md:4 links to docs/a.md#three: there is no such heading',
    ]);
  });

  it('leaves code and other sites alone', () => {
    const page = '```r\nx[1](y)\n```\n`f[[1]](x)` [site](https://example.org/)\n';
    expect(findDeadLinks(temporaryFolder({ 'README.md': page }))).toEqual([]);
  });
});
