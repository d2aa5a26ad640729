import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { describeWithPython, describeWithR } from '../languages.ts';
import { EXAMPLES, runExample, WITH_TABLES } from './run-example.ts';

const home = mkdtempSync(join(tmpdir(), 'fastscore-examples-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

// Those with tables are in test/services/models: there is a Python with pandas.
const apart = WITH_TABLES.map((model) => `${model}.py`);

describeWithPython('the examples in Python', () => testAll('.py'));
describeWithR('the examples in R', () => testAll('.R'));

function testAll(extension: string): void {
  const models = readdirSync(EXAMPLES, { recursive: true, encoding: 'utf8' })
    .filter((path) => extname(path) === extension && !apart.includes(path))
    .sort();

  it.each(models)('%s gives the expected outputs and leaves the expected state', async (model) => {
    const { status, stdout, stderr } = await runExample(home, model);
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(stdout).not.toBe('');
  });

  it('the counting example counts exactly with four jets', async () => {
    const { status, stderr } = await runExample(home, `scaling/count${extension}`, ['--scale', '4', '--unordered']);
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });
}
