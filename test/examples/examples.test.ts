import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { packageRoot } from '../../src/util/package-root.ts';
import { runBinary } from '../e2e/support/run-binary.ts';
import { describeWithPython, describeWithR } from '../languages.ts';

const examples = join(packageRoot, 'examples');
const home = mkdtempSync(join(tmpdir(), 'fastscore-examples-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

describeWithPython('the examples in Python', () => testAll('.py'));
describeWithR('the examples in R', () => testAll('.R'));

function testAll(extension: string): void {
  const models = readdirSync(examples, { recursive: true, encoding: 'utf8' })
    .filter((path) => extname(path) === extension)
    .sort();

  it.each(models)('%s gives the expected outputs and leaves the expected state', async (model) => {
    const { status, stdout, stderr } = await runExample(model, []);
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(stdout).not.toBe('');
  });

  it('the counting example counts exactly with four jets', async () => {
    const { status, stderr } = await runExample(`scaling/count${extension}`, ['--scale', '4', '--unordered']);
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });
}

function runExample(model: string, options: readonly string[]) {
  const folder = join(examples, model, '..');
  const input = readFileSync(join(folder, 'input.jsonl'));
  const expectations = ['--expect', join(folder, 'output.jsonl'), '--expect-state', join(folder, 'state.json')];
  return runBinary(['run', join(examples, model), '-', '-', ...expectations, ...options], { home, input });
}
