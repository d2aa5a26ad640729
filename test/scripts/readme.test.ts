import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../src/util/package-root.ts';
import { describeWithBoth } from '../languages.ts';
import { codeBlocks } from './code-blocks.ts';

const blocks = codeBlocks(readFileSync(join(packageRoot, 'README.md'), 'utf8'));

describe('the listings of the README', () => {
  const listings = blocks.filter(({ info }) => info.startsWith('file='));

  it.each(listings)('$info is that file', ({ info, text }) => {
    expect(text).toBe(readFileSync(join(packageRoot, info.slice('file='.length)), 'utf8'));
  });
});

describeWithBoth('the transcripts of the README', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fastscore-readme-'));
  for (const name of ['bin', 'examples']) symlinkSync(join(packageRoot, name), join(folder, name));
  const environment = {
    ...process.env,
    PATH: `${join(packageRoot, 'bin')}${delimiter}${process.env.PATH}`,
    FASTSCORE_HOME: join(folder, 'home'),
  };
  afterAll(async () => {
    await runScript('fastscore engine stop');
    rmSync(folder, { recursive: true, force: true });
  });

  const transcripts = blocks.filter(({ info }) => info === 'checked');

  it.each(transcripts)('line $line is what the commands print', { timeout: 60_000 }, async ({ text }) => {
    const steps = parseTranscript(text);
    // A NUL before each command tells the outputs apart.
    const script = ['exec 2>&1', ...steps.map(({ command }) => `printf '\\0'\n${command}`)].join('\n');
    const outputs = (await runScript(script)).split('\0').slice(1);
    const printed = steps.map(({ command }, index) => ({ command, output: outputs[index] ?? '' }));
    expect(printed.map(mask)).toEqual(steps.map(mask));
  });

  function runScript(script: string): Promise<string> {
    const child = spawn('bash', ['-c', script], {
      cwd: folder,
      env: environment,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', () => resolve(output));
    });
  }
});

interface Step {
  readonly command: string;
  readonly output: string;
}

function parseTranscript(text: string): Step[] {
  return text
    .split(/^\$ /m)
    .slice(1)
    .map((step) => {
      const end = step.indexOf('\n');
      return { command: step.slice(0, end), output: step.slice(end + 1) };
    });
}

/** What differs from run to run: dates, ids of snapshots, and with them checksums. */
function mask({ command, output }: Step): Step {
  const masked = output
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<date>')
    .replace(/^[a-z0-9]{8}(?= {2})/gm, '<id>')
    .replace(/"id":"[a-z0-9]{8}"/g, '"id":"<id>"')
    .replace(/"sha256":"[0-9a-f]{64}"/g, '"sha256":"<sum>"');
  return { command, output: masked };
}
