import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packageRoot } from '../../src/util/package-root.ts';
import { describeWithPython } from '../languages.ts';
import type { Sandbox } from './support/sandbox.ts';
import { openSandbox } from './support/sandbox.ts';

const EMPTY_ZIP = Buffer.concat([Buffer.from('PK\x05\x06'), Buffer.alloc(18)]);

/** What FastScore 1.10 printed, and its exit statuses, with `FASTSCORE_COMPAT=1`. */
describeWithPython('the command line of FastScore 1.10', () => {
  let box: Sandbox;
  const sections = parseSections(readFileSync(join(packageRoot, 'test/e2e/transcripts/own-engine.console'), 'utf8'));

  beforeAll(async () => {
    box = await openSandbox({ 'triple.py3': 'def action(x):\n    yield 3 * x\n', 'notes.txt': 'notes\n' });
    writeFileSync(join(box.directory, 'weights.zip'), EMPTY_ZIP);
  });
  afterAll(() => box.close());

  test.each(sections)('$name', async ({ steps }) => {
    const printed: Step[] = [];
    for (const { command } of steps) printed.push({ command, output: mask(await runShell(command)) });
    expect(printed).toEqual(steps);
  });

  function runShell(command: string): Promise<string> {
    const child = spawn('bash', ['-c', command], {
      cwd: box.directory,
      env: {
        ...process.env,
        PATH: `${join(packageRoot, 'bin')}${delimiter}${process.env.PATH}`,
        FASTSCORE_HOME: box.home,
        FASTSCORE_COMPAT: '1',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (status) => resolve(status === 0 ? output : `${output}[${status}]\n`));
    });
  }
});

interface Step {
  readonly command: string;
  readonly output: string;
}

function parseSections(text: string): { name: string; steps: Step[] }[] {
  return text
    .split(/^# /m)
    .slice(1)
    .map((section) => {
      const [name = '', ...steps] = section.split(/^\$ /m);
      return { name: name.trim(), steps: steps.map(parseStep) };
    });
}

function parseStep(step: string): Step {
  const end = step.indexOf('\n');
  return { command: step.slice(0, end), output: step.slice(end + 1) };
}

/** Why an engine refuses is said in words of its own. */
const mask = (output: string): string =>
  output.replace(/(Unable to unload model\n {2}Caused by: Error: ).*$/gm, '$1<why>');
