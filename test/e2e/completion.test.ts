import { execFile } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packageRoot } from '../../src/util/package-root.ts';
import type { Sandbox } from './support/sandbox.ts';
import { openSandbox } from './support/sandbox.ts';

const run = promisify(execFile);

/** How each shell is asked what it would offer for some lines, one after the other, once it has read the script. */
const SHELLS: Readonly<Record<string, { readonly begin: string; ask(words: readonly string[]): string }>> = {
  bash: {
    begin: 'source <(fastscore completion bash)',
    ask: (words) => `COMP_WORDS=(fastscore ${words.join(' ')})
      COMP_CWORD=${words.length}
      _fastscore
      printf '%s\\n' "\${COMPREPLY[@]}"`,
  },
  zsh: {
    begin: `compdef() { :; }
      compadd() { shift; print -l -- "$@"; }
      _files() { print -l -- *; }
      source <(fastscore completion zsh)`,
    ask: (words) => `words=(fastscore ${words.join(' ')})
      CURRENT=${words.length + 1}
      _fastscore`,
  },
  fish: {
    begin: 'fastscore completion fish | source',
    ask: (words) => `complete -C 'fastscore ${words.join(' ')}' | cut -f 1`,
  },
};

/** What has been typed, and what it should become. */
const QUESTIONS: readonly [typed: string, offered: string][] = [
  ['mod', 'model'],
  ['model ver', 'verify'],
  ['-v model show g', 'gain'],
  ['model show --ed', '--edit'],
  ['model add new ga', 'gain.py3'],
  ['--engine eng', 'engine-1'],
  ['completion f', 'fish'],
];

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
  const { begin, ask } = SHELLS[shell]!;
  const script = [begin, ...QUESTIONS.map(([typed]) => `${ask(typed.split(' '))}\necho ---`)].join('\n');
  const { stdout } = await run(shell, ['-c', script], {
    cwd: box.directory,
    env: {
      ...process.env,
      PATH: `${join(packageRoot, 'bin')}${delimiter}${process.env.PATH}`,
      FASTSCORE_HOME: box.home,
    },
  });
  // What does not begin with the word is left out by zsh itself.
  const offers = stdout.split('---\n').map((text, index) => {
    const word = QUESTIONS[index]?.[0].split(' ').at(-1) ?? '';
    return text.split('\n').filter((offer) => offer !== '' && offer.startsWith(word));
  });
  expect(offers).toEqual([...QUESTIONS.map(([, offered]) => [offered]), []]);
});

test('names are completed without an engine', async () => {
  expect(await box.ok('completion', 'names', 'model')).toBe('gain\n');
  expect((await box.fastscore(['engine', 'status'])).stdout).toBe('stopped\n');
});
