import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../src/util/package-root.ts';
import { builtOn, isCompatibleRelease, release } from '../../src/util/release.ts';

test('the release is the version of the package', () => {
  const { name, version } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as Record<
    string,
    string
  >;
  expect(name).toBe('fastscore');
  expect(release).toBe(version);
  expect(existsSync(join(packageRoot, 'src', 'util', 'release.ts'))).toBe(true);
});

test('releases of one major version are compatible', () => {
  const [major] = release.split('.');
  expect(isCompatibleRelease(release)).toBe(true);
  expect(isCompatibleRelease(`${major}.999.0-beta`)).toBe(true);
  for (const other of [`${Number(major) + 1}.0.0`, `${major}0.0.0`, '', 'x']) {
    expect(isCompatibleRelease(other)).toBe(false);
  }
});

test('the date of the build looks like that of date -u', () => {
  expect(builtOn()).toMatch(/^(unknown|[A-Z][a-z]{2} [A-Z][a-z]{2} \d\d \d\d:\d\d:\d\d UTC \d{4})$/);
});
