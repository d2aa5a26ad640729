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
  const edited = await editText(cli.io, `${what.toLowerCase()}.json`, Buffer.from(`${reindentJson(text)}\n`));
  if (edited !== null) await save(validJson(edited));
  const result = edited === null ? 'unchanged' : 'updated';
  cli.out.done({ name, result }, edited === null ? 'No changes (or changes discarded)' : `${what} updated`);
}

function validJson(bytes: Buffer): string {
  try {
    JSON.parse(bytes.toString('utf8'));
    return bytes.toString('utf8');
  } catch (cause) {
    throw new FastScoreError('BAD_INPUT', 'Invalid JSON', { cause });
  }
}
