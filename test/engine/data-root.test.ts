import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openEngine } from '../conformance/models/model-run.ts';
import { temporaryFolder } from '../util/temporary-folder.ts';

const file = (path: string) => ({ Transport: { Type: 'file', Path: path }, Encoding: 'json' });

test('an engine with a data root reads and writes files in it, and nothing else', async () => {
  const outside = temporaryFolder();
  const dataRoot = join(outside, 'root');
  mkdirSync(dataRoot);
  writeFileSync(join(dataRoot, 'in.json'), '1\n');
  writeFileSync(join(outside, 'secret.json'), '"secret"\n');
  const engine = await openEngine({ dataRoot });
  await engine.attach(0, { name: 'in', descriptor: file('in.json') });
  await engine.attach(1, { name: 'out', descriptor: file(join(dataRoot, 'out.json')) });
  expect((await engine.sampleStream(file('in.json'), 1)).map(String)).toEqual(['1']);
  for (const path of ['../secret.json', join(outside, 'secret.json')]) {
    const left = { message: expect.stringContaining('leads out of the data root') };
    await expect(engine.attach(0, { name: 'in', descriptor: file(path) })).rejects.toMatchObject(left);
    await expect(engine.attach(1, { name: 'out', descriptor: file(path) })).rejects.toMatchObject(left);
    await expect(engine.sampleStream(file(path), 1)).rejects.toMatchObject(left);
    await expect(engine.measureStream(file(path))).rejects.toMatchObject(left);
  }
  const command = { Transport: { Type: 'exec', Run: 'cat', Args: ['/etc/passwd'] }, Encoding: 'utf-8' };
  await expect(engine.sampleStream(command, 1)).rejects.toMatchObject({ code: 'BAD_DESCRIPTOR' });
  await expect(engine.attach(0, { name: 'in', descriptor: command })).rejects.toMatchObject({
    message: "Transport 'exec' is not allowed: its command could reach any file",
  });
  expect(readFileSync(join(outside, 'secret.json'), 'utf8')).toBe('"secret"\n');
});
