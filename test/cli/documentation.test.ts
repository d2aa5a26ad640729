import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { GLOBAL_OPTIONS } from '../../src/cli/global-options.ts';
import { COMMANDS } from '../../src/cli/program.ts';
import { packageRoot } from '../../src/util/package-root.ts';

const page = readFileSync(join(packageRoot, 'docs', 'cli.md'), 'utf8').replaceAll('\\|', '|');

it.each(COMMANDS)('docs/cli.md has the form of $words and all of its options', async (entry) => {
  const { command } = await entry.load();
  const form = ['fastscore', entry.words, ...command.args.map(([pattern]) => pattern)].join(' ');
  const row = page.split('\n').find((line) => line.startsWith(`| \`${form}\` |`));
  expect(row, form).toBeDefined();
  for (const [flags, , mode] of Object.values(command.options)) {
    if (mode !== 'hidden') expect(row).toContain(`\`${flags}\``);
  }
});

it('docs/cli.md has the options of every command', () => {
  for (const [flags] of Object.values(GLOBAL_OPTIONS)) expect(page).toContain(`\`${flags}\``);
});
