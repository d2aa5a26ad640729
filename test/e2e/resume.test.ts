import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { digest, numbers, runUntil, SUMS } from '../fault/interrupted-run.ts';
import { describeWithBoth } from '../languages.ts';
import type { Sandbox } from './support/sandbox.ts';
import { openSandbox } from './support/sandbox.ts';

describeWithBoth('a run that was interrupted', () => {
  let sandbox: Sandbox;
  const at = (name: string): string => join(sandbox.directory, name);

  beforeEach(async () => {
    sandbox = await openSandbox({ ...SUMS, 'in.jsonl': numbers(20_000) });
  });

  afterEach(() => sandbox.close());

  test.each(Object.keys(SUMS))('goes on to the very outputs of one that was not: %s', async (model) => {
    await sandbox.ok('run', model, 'in.jsonl', 'undisturbed.jsonl', '--name', 'undisturbed');
    const { size } = await stat(at('undisturbed.jsonl'));
    await runUntil(sandbox, { model }, size / 2);
    expect(await runUntil(sandbox, { model }, Number.POSITIVE_INFINITY)).toBe(true);
    expect(await digest(at('out.jsonl'))).toBe(await digest(at('undisturbed.jsonl')));
  });

  test('says from where; with --fresh the state serves the whole input again', async () => {
    await sandbox.ok('run', 'sum.py', 'in.jsonl', 'out.jsonl');
    const [newest] = JSON.parse(await sandbox.ok('snapshot', 'list', 'sum', '--json')) as { id: string }[];
    const going = ['run', 'sum.py', 'in.jsonl', 'out.jsonl', '--from-snapshot', newest!.id];
    const { stderr } = await sandbox.fastscore(going);
    expect(stderr).toBe(`Going on from snapshot '${newest!.id}', after 20000 records\n`);
    expect((await readFile(at('out.jsonl'), 'utf8')).split('\n')).toHaveLength(20_001);
    const again = await sandbox.fastscore([...going, '--fresh']);
    const overwritten = "Warning: begin has overwritten the restored value of cell 'sum'\n";
    expect(again).toEqual({ status: 0, stdout: '', stderr: overwritten });
    expect((await readFile(at('out.jsonl'), 'utf8')).split('\n')[0]).toBe('[0,201]');
  });

  test('cannot go on with an output that is shorter than it was, or both resume and not', async () => {
    await sandbox.ok('run', 'sum.py', 'in.jsonl', 'out.jsonl');
    await sandbox.write('out.jsonl', '[0,1]\n');
    const { status, stderr } = await sandbox.fastscore([
      'run',
      'sum.py',
      'in.jsonl',
      'out.jsonl',
      '--from-snapshot',
      'latest',
    ]);
    expect(status).toBe(1);
    expect(stderr).toContain('has 6 bytes, and is to be continued behind byte');
    expect(await readFile(at('out.jsonl'), 'utf8')).toBe('[0,1]\n');
    const word = await sandbox.fastscore([
      'run',
      'sum.py',
      'in.jsonl',
      '--from-snapshot',
      'latest',
      '--resume',
      '--fresh',
    ]);
    expect(word).toMatchObject({ status: 2, stderr: 'Error: --resume and --fresh say the opposite of each other\n' });
  });
});
