import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FastScoreError } from '../core/errors.ts';
import type { Cli } from './command.ts';
import { editText } from './edit.ts';
import { reindentJson } from './output/json.ts';

/** Lets the person edit a JSON document, stores it if it was changed, and says so. */
export async function editJson(
  cli: Cli,
  document: { name: string; what: string; text: string; save(text: string): Promise<unknown> },
): Promise<void> {
  const { name, what, text, save } = document;
  const edited = await editText(cli, `${what.toLowerCase()}.json`, Buffer.from(`${reindentJson(text)}\n`));
  if (edited !== null) await save(await validJson(cli, edited, what.toLowerCase()));
  const result = edited === null ? 'unchanged' : 'updated';
  cli.out.done({ name, result }, edited === null ? 'No changes (or changes discarded)' : `${what} updated`);
}

async function validJson(cli: Cli, bytes: Buffer, what: string): Promise<string> {
  const text = bytes.toString('utf8');
  try {
    JSON.parse(text);
    return text;
  } catch (cause) {
    const hint = cli.io.stdin.isTTY === true ? await keep(text, what) : undefined;
    throw new FastScoreError('BAD_INPUT', 'Invalid JSON', { cause, ...(hint === undefined ? {} : { hint }) });
  }
}

/** What a person has typed is not thrown away. */
async function keep(text: string, what: string): Promise<string> {
  const file = join(await mkdtemp(join(tmpdir(), 'fastscore-edited-')), `${what}.json`);
  await writeFile(file, text, { mode: 0o600 });
  return `What you have written is in ${file}: mend it there, then fastscore ${what} add`;
}
