import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Started } from '../server/start-server.ts';
import { startServer } from '../server/start-server.ts';
import { runCommand } from './run-command.ts';

const FILES: Readonly<Record<string, string>> = {
  'gain.py3': 'def action(x):\n    yield 3 * x\n',
  'notes.txt': 'notes\n',
  records: '1\n\n2\n',
  'weights.zip': `PK\x05\x06${'\0'.repeat(18)}`,
};

let server: Started;
let cwd: string;
beforeAll(async () => {
  server = await startServer('socket');
  cwd = await mkdtemp(join(tmpdir(), 'fastscore-rows-'));
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(cwd, name), text);
});
afterAll(async () => {
  await server.close();
  await rm(cwd, { recursive: true });
});

/** What the command line of FastScore 1.10 printed, command by command: also what it refused. */
const sections = readFileSync(new URL('rows/rows.console', import.meta.url), 'utf8')
  .split(/^# /m)
  .slice(1);

test.each(sections.map((section) => [section.slice(0, section.indexOf('\n')), section]))(
  'with FASTSCORE_COMPAT, as in 1.10: %s',
  async (_title, section) => {
    const typed: string[] = [];
    const expected = section.split(/^\$ /m).slice(1);
    for (const step of expected) {
      const line = step.slice(0, step.indexOf('\n'));
      typed.push(`${line}\n${await type(line)}`);
    }
    expect(typed.join('')).toBe(expected.join(''));
  },
);

/** `[NAME=value] fastscore words [< line of stdin]` */
async function type(line: string): Promise<string> {
  const [, EDITOR, command = '', stdin] =
    /^(?:EDITOR=('[^']*'|"[^"]*"|\S+) )?fastscore (.*?)(?: < (.*))?$/.exec(line) ?? [];
  const { status, stdout, stderr } = await runCommand(command.split(' '), {
    client: server.client,
    cwd,
    ...(stdin === undefined ? {} : { stdin: `${stdin}\n` }),
    env: { FASTSCORE_COMPAT: '1', ...(EDITOR === undefined ? {} : { EDITOR: EDITOR.replace(/^(['"])(.*)\1$/, '$2') }) },
  });
  const shown = `${stdout}${stderr}`.replace(
    /(?<=^ {2}Caused by: Error: The .* is not JSON: )[\s\S]*?(?=\n$)/gm,
    '<why>',
  );
  return status === 0 ? shown : `${shown}[${status}]\n`;
}
