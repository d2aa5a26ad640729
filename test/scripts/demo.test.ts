import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { packageRoot } from '../../src/util/package-root.ts';
import { describeWithBoth } from '../languages.ts';
import { codeBlocks } from './code-blocks.ts';

describeWithBoth('npm run demo', () => {
  // It takes half a minute by itself; here it shares the machine with other tests.
  it('comes out as expected, and as the README shows it', { timeout: 240_000 }, async () => {
    const { status, output } = await runDemo();
    expect(output).toContain('Everything came out as expected');
    expect(status).toBe(0);

    const excerpt = codeBlocks(readFileSync(join(packageRoot, 'README.md'), 'utf8')).find(
      ({ info }) => info === 'demo',
    );
    let position = 0;
    for (const part of excerpt!.text.split('...\n').filter((text) => text !== '')) {
      const found = output.indexOf(part, position);
      expect(found, `${part}is not what the demo prints there`).toBeGreaterThanOrEqual(position);
      position = found + part.length;
    }
  });
});

function runDemo(): Promise<{ status: number | null; output: string }> {
  const child = spawn(process.execPath, [join(packageRoot, 'scripts', 'demo.mjs')], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => resolve({ status, output }));
  });
}
