import { execFile } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packageRoot } from '../../src/util/package-root.ts';
import type { Sandbox } from './support/sandbox.ts';
import { openSandbox } from './support/sandbox.ts';

const run = promisify(execFile);

/** How each shell is asked what it would offer for a line; the words of the line come as arguments. */
const SHELLS: Readonly<Record<string, (words: readonly string[]) => string>> = {
  bash: (words) => `source <(fastscore completion bash)
    COMP_WORDS=(fastscore ${words.map((word) => `'${word}'`).join(' ')})
    COMP_CWORD=${words.length}
    _fastscore
    printf '%s\\n' "\${COMPREPLY[@]}"`,
  zsh: (words) => `compdef() { :; }
    compadd() { shift; print -l -- "$@"; }
    _files() { print -l -- *; }
    source <(fastscore completion zsh)
    words=(fastscore ${words.map((word) => `'${word}'`).join(' ')})
    CURRENT=${words.length + 1}
    _fastscore`,
  fish: (words) => `fastscore completion fish | source
    complete -C 'fastscore ${words.join(' ')}' | cut -f 1`,
};

const installed: string[] = [];
for (const shell of Object.keys(SHELLS)) {
  const isThere = await run(shell, ['-c', 'exit 0']).then(
    () => true,
    () => false,
  );
  if (isThere) installed.push(shell);
}

let box: Sandbox;
beforeAll(async () => {
  box = await openSandbox({ 'gain.py3': 'def action(x):\n    yield x\n' });
  await box.ok('model', 'add', 'gain', 'gain.py3');
  await box.ok('engine', 'stop');
});
afterAll(() => box.close());

test('there is bash, which every machine with our tests has', () => {
  expect(installed).toContain('bash');
});

test.each(installed)('%s completes commands, options, names and files from the script', async (shell) => {
  const offers = async (...words: string[]): Promise<string[]> => {
    const { stdout } = await run(shell, ['-c', SHELLS[shell]!(words)], {
      cwd: box.directory,
      env: {
        ...process.env,
        PATH: `${join(packageRoot, 'bin')}${delimiter}${process.env.PATH}`,
        FASTSCORE_HOME: box.home,
      },
    });
    // What does not begin with the word is left out by zsh itself.
    return stdout.split('\n').filter((offer) => offer !== '' && offer.startsWith(words.at(-1)!));
  };
  expect(await offers('mod')).toEqual(['model']);
  expect(await offers('model', 'ver')).toEqual(['verify']);
  expect(await offers('-v', 'model', 'show', 'g')).toEqual(['gain']);
  expect(await offers('model', 'show', '--ed')).toEqual(['--edit']);
  expect(await offers('model', 'add', 'new', 'ga')).toEqual(['gain.py3']);
  expect(await offers('--engine', 'eng')).toEqual(['engine-1']);
  expect(await offers('completion', 'f')).toEqual(['fish']);
});

test('names are completed without an engine', async () => {
  expect(await box.ok('completion', 'names', 'model')).toBe('gain\n');
  expect((await box.fastscore(['engine', 'status'])).stdout).toBe('stopped\n');
});
