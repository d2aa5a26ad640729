import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openEngine } from '../conformance/models/model-run.ts';
import { zipOf } from '../services/clients/support/zip.ts';

const MODEL = Buffer.from(`
from helper import double
def action(x):
    yield double(x) + int(open('data/base.txt').read())
`);
const INPUT = { Transport: { Type: 'inline', Data: ['1', '2'] }, Encoding: 'json' };

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fastscore-attachments-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function attachment(members: Readonly<Record<string, string>>) {
  const path = join(folder, 'lib.zip');
  await writeFile(path, zipOf(members));
  return { name: 'lib.zip', format: 'zip', path } as const;
}

test('a model finds modules and files of its attachments in every jet', async () => {
  const engine = await openEngine();
  const attachments = [await attachment({ 'helper.py': 'def double(x): return 2 * x\n', 'data/base.txt': '100' })];
  const source = { name: 'm', mtype: 'python3', source: MODEL, attachments };
  expect((await engine.verify(source)).attachLibs).toEqual(['helper']);
  await engine.load(source);
  await rm(attachments[0]!.path);
  expect(engine.status().model?.attachments).toEqual(['lib.zip']);
  await engine.scale(2);
  const out = join(folder, 'out.jsons');
  await engine.attach(1, { name: 'out', descriptor: { Transport: { Type: 'file', Path: out }, Encoding: 'json' } });
  await engine.attach(0, { name: 'in', descriptor: INPUT });
  while (engine.state !== 'finished' && engine.state !== 'error') await engine.waitWhile(engine.state, 1000);
  expect(engine.status().failure).toBeNull();
  expect((await readFile(out, 'utf8')).trim().split('\n').sort()).toEqual(['102', '104']);
  await engine.reset();
});

test('an archive that leads out of its folder is refused, and so is a model without what it imports', async () => {
  const engine = await openEngine();
  const bad = [await attachment({ 'helper.py': '', '../evil.py': '' })];
  const source = { name: 'm', mtype: 'python3', source: MODEL };
  await expect(engine.load({ ...source, attachments: bad })).rejects.toMatchObject({ code: 'ARCHIVE_INVALID' });
  await expect(engine.load(source)).rejects.toMatchObject({ code: 'MODEL_INVALID' });
  expect(await readdir(folder)).toEqual(['lib.zip']);
});
