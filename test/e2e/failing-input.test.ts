import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWithPython, describeWithR } from '../languages.ts';
import { MODELS } from './support/models.ts';
import type { Sandbox } from './support/sandbox.ts';
import { openSandbox } from './support/sandbox.ts';

let box: Sandbox;
beforeAll(async () => {
  box = await openSandbox({
    ...MODELS,
    'echo.R': 'action <- function(x) emit(x)\n',
    'wait.py': 'import time\n\ndef action(x):\n    if x % 100 == 0:\n        time.sleep(4)\n    yield x\n',
    'program.R':
      '# fastscore.action: none\nlibrary(fastscore)\nwhile (!is.null(batch <- Slot(0)$read())) Slot(1)$write(length(batch))\n',
  });
});
afterAll(() => box.close());

const WHY = "Error: Stream at slot 0 failed: exec 'sh': ended with status 3\n";

/** A command that gives the numbers up to a last one, and fails. */
const upTo = (last: number): string =>
  JSON.stringify({ Transport: { Type: 'exec', Run: 'sh', Args: ['-c', `seq ${last}; exit 3`] }, Encoding: 'json' });

const numbers = (last: number): string => Array.from({ length: last }, (_, i) => `${i + 1}\n`).join('');

describeWithPython('an input that fails', () => {
  test.each([3, 100_000])('lets %i records out that came before', async (last) => {
    const run = await box.fastscore(['run', 'echo.py', upTo(last), '-']);
    expect(run).toMatchObject({ status: 1, stderr: WHY });
    expect(run.stdout === numbers(last)).toBe(true);
  });

  test('waits for jets that take their time with what came before', async () => {
    const run = await box.fastscore(['run', 'wait.py', '--scale', '2', upTo(200), '-']);
    expect(run).toMatchObject({ status: 1, stderr: WHY });
    expect(run.stdout.split('\n').length - 1).toBe(200);
  });

  test('lets 200,000 records of MessagePack out that lie before a byte that is none', async () => {
    const good = Buffer.alloc(5 * 200_000);
    for (let i = 0; i < 200_000; i++) good.writeUInt32BE(i + 1, 5 * i + 1);
    for (let at = 0; at < good.length; at += 5) good[at] = 0xce;
    await writeFile(join(box.directory, 'in.msgpack'), Buffer.concat([good, Buffer.from('c101', 'hex')]));
    const run = await box.fastscore(['run', 'echo.py', 'in.msgpack', '-']);
    expect(run).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('the record at byte 1000000 cannot be read'),
    });
    expect(run.stdout === numbers(200_000)).toBe(true);
  });

  test('lets Avro data out that lie before a broken one, without a container', async () => {
    const path = join(box.directory, 'in.bin');
    await writeFile(path, Buffer.concat([Buffer.alloc(60_000, 0x02), Buffer.alloc(11, 0xff)]));
    const stream = { Transport: { Type: 'file', Path: path }, Encoding: 'avro-binary', Schema: 'long' };
    const run = await box.fastscore(['run', 'echo.py', JSON.stringify(stream), '-']);
    expect(run).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('the record at byte 60000 cannot be read'),
    });
    expect(run.stdout === '1\n'.repeat(60_000)).toBe(true);
  });

  test('fails a job of an engine with the same words, its outputs complete', async () => {
    await box.ok('model', 'add', 'echo', 'echo.py');
    const out = join(box.directory, 'out.jsonl');
    const job = await box.fastscore(['job', 'run', '--wait', 'echo', upTo(5000), `file:${out}`]);
    expect(job).toMatchObject({ status: 1, stderr: WHY });
    expect(await box.fastscore(['run', 'echo.py', `file:${out}`, '-'])).toMatchObject({ stdout: numbers(5000) });
  });
});

describeWithR('an input that fails under a model in R', () => {
  test('lets the records out that came before', async () => {
    const run = await box.fastscore(['run', 'echo.R', upTo(1000), '-']);
    expect(run).toMatchObject({ status: 1, stderr: WHY, stdout: numbers(1000) });
  });

  test('fails a model that is a program, when it has read what came before', async () => {
    const run = await box.fastscore(['run', 'program.R', upTo(500), '-']);
    expect(run).toMatchObject({ status: 1, stderr: WHY });
    const read = run.stdout.split('\n').reduce((sum, line) => sum + Number(line), 0);
    expect(read).toBe(500);
  });
});
