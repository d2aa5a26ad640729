import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWithPython, describeWithR } from '../languages.ts';
import type { Sandbox } from './support/sandbox.ts';
import { openSandbox } from './support/sandbox.ts';

const PYTHON = `# fastscore.snapshots: eof
import fastscore

def begin():
    fastscore.cells('seen').init(set())

def action(x):
    yield len(fastscore.cells('seen').update(lambda old: old | {x}))
`;

const R = `# fastscore.snapshots: eof
library(fastscore)
begin <- function() Init(Cell('fits'), structure(list(), class = 'mine'))
action <- function(x) emit(length(Update(Cell('fits'), function(old) structure(c(unclass(old), list(x)), class = 'mine'))))
`;

let box: Sandbox;
beforeAll(async () => {
  box = await openSandbox({ 'seen.py': PYTHON, 'fits.R': R });
});
afterAll(() => box.close());

/** The same snapshot, whole and unharmed, but put into the folder of the catalog by hand. */
async function putByHand(model: string): Promise<void> {
  const folder = join(box.home, 'catalog', 'snapshots', model);
  const files = await readdir(folder);
  const file = files.find((name) => name.endsWith('.snapshot'))!;
  const contents = await readFile(join(folder, file));
  await rm(folder, { recursive: true });
  await mkdir(folder);
  await writeFile(join(folder, file), contents);
}

/** @returns the run that goes on from the newest */
async function restoresOnlyItsOwn(model: string, source: string): Promise<readonly string[]> {
  const run = ['run', source, 'inline:4,5', 'discard:', '--from-snapshot', 'latest'];
  await box.ok('run', source, 'inline:1,2,3', 'discard:');
  await box.ok(...run);
  await box.ok('engine', 'reset');
  expect(await box.ok('snapshot', 'restore', model, '-v')).toBe('Model state restored\n');
  await box.ok('snapshot', 'export', model, 'latest', 'kept');

  await putByHand(model);
  await box.ok('engine', 'reset');
  expect(await box.fastscore(['snapshot', 'restore', model])).toMatchObject({
    stderr: expect.stringContaining('--trust'),
  });
  expect(await box.fastscore(run)).toMatchObject({ stderr: expect.stringContaining('--trust') });
  expect(await box.ok('snapshot', 'restore', model, '--trust', '-v')).toBe('Model state restored\n');
  await box.ok(...run, '--trust');
  return run;
}

async function asksOnlyOnce(model: string, run: readonly string[]): Promise<void> {
  // Whoever imports it has been asked, and is asked no more.
  await rm(join(box.home, 'catalog', 'snapshots', model), { recursive: true });
  const unasked = await box.fastscore(['snapshot', 'import', model, 'kept']);
  expect(unasked).toMatchObject({ stderr: expect.stringContaining('--trust') });
  await box.ok('snapshot', 'import', model, 'kept', '--trust');
  await box.ok(...run);

  // Without its key a catalog is anybody's.
  await rename(join(box.home, 'snapshot.key'), join(box.directory, 'key'));
  await box.ok('engine', 'stop');
  expect(await box.fastscore(run)).toMatchObject({ stderr: expect.stringContaining('--trust') });
}

describeWithPython('a snapshot with objects of Python', () => {
  test('is restored if engines of this home have taken it, and else only with --trust', async () => {
    await box.ok('model', 'add', 'seen', 'seen.py');
    await asksOnlyOnce('seen', await restoresOnlyItsOwn('seen', 'seen.py'));
  });
});

describeWithR('a snapshot with objects of R', () => {
  test('is restored if engines of this home have taken it, and else only with --trust', async () => {
    await box.ok('model', 'add', 'fits', 'fits.R');
    await restoresOnlyItsOwn('fits', 'fits.R');
  });
});
