import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packageRoot } from '../../src/util/package-root.ts';
import { describeWithPython } from '../languages.ts';
import type { Sandbox } from './support/sandbox.ts';
import { openSandbox } from './support/sandbox.ts';

let box: Sandbox;
beforeAll(async () => {
  box = await openSandbox({
    'slow.py': 'import time\n\ndef action(x):\n    time.sleep(1.5)\n    yield x\n',
    'in-terminal.py': 'import pty, sys\nsys.exit(pty.spawn(sys.argv[1:]) >> 8)\n',
  });
});
afterAll(() => box.close());

/** Runs a command in a terminal of its own. @returns all that it shows */
async function inTerminal(words: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> {
  const binary = join(packageRoot, 'bin', 'fastscore');
  const { stdout } = await promisify(execFile)('python3', ['in-terminal.py', binary, ...words], {
    cwd: box.directory,
    env: { PATH: process.env.PATH, TERM: 'xterm', FASTSCORE_HOME: box.home, ...env },
  });
  return stdout;
}

describeWithPython('on a terminal', () => {
  test('a run that takes longer than a second shows its progress, and takes it away', async () => {
    const shown = await inTerminal(['run', 'slow.py', 'inline:1', 'discard:']);
    expect(shown).toMatch(/[|/\\-] \d records in, \d out \(1 s\)/);
    expect(shown.endsWith('\r\u001b[K')).toBe(true);
  });

  test('there are colours, unless NO_COLOR or --color says otherwise', async () => {
    const header = '\u001b[1mFastScore CLI';
    expect(await inTerminal([])).toContain(header);
    expect(await inTerminal([], { NO_COLOR: '1' })).not.toContain('\u001b');
    expect(await inTerminal(['help', '--color', 'never'])).not.toContain('\u001b');
    expect(await box.ok('help', '--color=always')).toContain(header);
    expect(await box.ok('help')).not.toContain('\u001b');
  });
});
