import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseTrailerLine } from '../../../src/core/snapshot/format.ts';
import { readSnapshot } from '../../../src/core/snapshot/read.ts';
import { encodeSnapshot } from '../../../src/core/snapshot/write.ts';
import { packageRoot } from '../../../src/util/package-root.ts';
import { bytesOf, inPieces } from './bytes.ts';

const LINE = /^[ *]*(\{"(?:fastscore|cell|pool|count)".*\})$/gm;

function exampleIn(file: string): string {
  const page = readFileSync(join(packageRoot, file), 'utf8');
  return [...page.matchAll(LINE)].map(([, line]) => `${line}\n`).join('');
}

test.each(['docs/snapshot-format.md', 'src/core/snapshot/format.ts'])(
  'the example in %s is a whole snapshot, spelled as we write it',
  async (file) => {
    const example = exampleIn(file);
    const { header, entries, hasNative } = await readSnapshot(inPieces(example));
    expect(header).toMatchObject({ model: 'tally', trigger: 'eof' });
    expect(entries).toHaveLength(3);
    expect(hasNative).toBe(true);
    expect((await bytesOf(encodeSnapshot(header, [entries]))).toString()).toBe(example);
  },
);

test('the command in docs/snapshot-format.md prints the SHA-256 of the trailer', () => {
  const example = exampleIn('docs/snapshot-format.md');
  const { sha256 } = parseTrailerLine(example.trimEnd().split('\n').at(-1) ?? '') ?? {};
  const { stdout } = spawnSync('sh', ['-c', "sed '$d' | sha256sum"], { input: example, encoding: 'utf8' });
  expect(stdout.split(' ')[0]).toBe(sha256);
});
