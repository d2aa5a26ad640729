import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWithBoth } from '../languages.ts';
import { zipOf } from '../services/clients/support/zip.ts';
import type { Sandbox } from './support/sandbox.ts';
import { openSandbox } from './support/sandbox.ts';

const MODELS = {
  'gain.py': `# fastscore.module-attached: factors
import factors

def action(x):
    with open("data/offset.txt") as file:
        yield x * factors.GAIN + int(file.read())
`,
  'gain.R': `source("factors.R")
action <- function(x) emit(x * GAIN + as.numeric(readLines("data/offset.txt")))
`,
};

describeWithBoth('a stored model with attachments', () => {
  let sandbox: Sandbox;

  beforeAll(async () => {
    sandbox = await openSandbox(MODELS);
    const members = { 'factors.py': 'GAIN = 10\n', 'factors.R': 'GAIN <- 10\n', 'data/offset.txt': '1\n' };
    await writeFile(join(sandbox.directory, 'factors.py'), 'GAIN = 100\n');
    await writeFile(join(sandbox.directory, 'offset.txt'), '5\n');
    await writeFile(join(sandbox.directory, 'parts.zip'), zipOf(members));
    await writeFile(join(sandbox.directory, 'evil.zip'), zipOf({ '../evil.txt': 'x' }));
  });

  afterAll(() => sandbox.close());

  test.each(Object.keys(MODELS))('finds their files where it runs: %s', async (file) => {
    await sandbox.ok('model', 'add', file, file);
    await sandbox.ok('attachment', 'upload', file, 'parts.zip');
    await sandbox.ok('model', 'verify', file);
    await sandbox.ok('job', 'run', file, 'inline:1,2', 'file:out.jsonl', '--wait');
    expect(await sandbox.ok('stream', 'sample', 'file:out.jsonl')).toContain('21');
    await sandbox.ok('engine', 'reset');
  });

  test('finds the files that were put into the engine, also after a reset', async () => {
    await sandbox.ok('engine', 'put', 'parts.zip', 'data/');
    await sandbox.ok('engine', 'put', 'offset.txt', 'data/offset.txt');
    await sandbox.ok('engine', 'put', 'factors.py', 'factors.py');
    await sandbox.ok('engine', 'reset');
    await sandbox.ok('model', 'add', 'bare', 'gain.py');
    await sandbox.ok('job', 'run', 'bare', 'inline:1', 'file:put.jsonl', '--wait');
    expect(await sandbox.ok('stream', 'sample', 'file:put.jsonl')).toContain('105');
    await sandbox.ok('engine', 'reset');
  });

  test('is refused when one of them would write elsewhere', async () => {
    await sandbox.ok('model', 'add', 'evil', 'gain.py');
    await sandbox.ok('attachment', 'upload', 'evil', 'evil.zip');
    const verified = await sandbox.fastscore(['model', 'verify', 'evil']);
    expect(verified.status).toBe(2);
    expect(verified.stderr).toContain("Attachment 'evil.zip' cannot be unpacked");
  });
});
