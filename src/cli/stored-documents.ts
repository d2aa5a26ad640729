import { FastScoreError } from '../core/errors.ts';
import type { Cli } from './command.ts';
import { editJson } from './edit-json.ts';
import { jsonText } from './json-text.ts';
import { during } from './output/errors.ts';
import { RawJson, reindentJson } from './output/json.ts';
import { readInput } from './read-input.ts';

/** A kind of JSON documents in the catalog. */
interface DocumentKind {
  readonly noun: string;
  /** Begins sentences. */
  readonly title: string;
  /** Where the client has them. */
  readonly member: 'schemas' | 'streams' | 'sensors';
  /** What is told to be no JSON when it comes from stdin. */
  readonly text: string;
}

export const SCHEMAS: DocumentKind = { noun: 'schema', title: 'Schema', member: 'schemas', text: 'The schema' };
export const STREAMS: DocumentKind = { noun: 'stream', title: 'Stream', member: 'streams', text: 'The descriptor' };
export const SENSORS: DocumentKind = { noun: 'sensor', title: 'Sensor', member: 'sensors', text: 'The descriptor' };

interface AddedDocument {
  readonly name: string;
  readonly file: string | undefined;
  readonly look?: (text: string) => Promise<void>;
  readonly revise?: (text: string) => Promise<string>;
}

/**
 * Stores a document under a name, in place of one that is there.
 * @param file stdin when it is `-` or left out
 * @param look sees the text before it is stored
 * @param revise gives what is stored in its place
 */
export async function addDocument(
  cli: Cli,
  { noun, title, member, text: what }: DocumentKind,
  { name, file, look, revise = async (text) => text }: AddedDocument,
): Promise<number> {
  const saving = async (): Promise<'created' | 'updated'> => {
    const text = jsonText(await readInput(cli, file).catch(orHint(noun, name, file)), file ?? what);
    await look?.(text);
    const revised = await revise(text);
    return (await cli.client())[member].put(name, revised);
  };
  const result = await during(`Unable to add ${noun} '${name}'`, saving());
  cli.out.done({ name, result }, `${title} ${result}`);
  return 0;
}

/** Who types the document itself in the place of a file is told where it belongs. */
const orHint =
  (noun: string, name: string, file = '') =>
  (error: unknown): never => {
    const isDocument = /^\s*[{["]/.test(file);
    if (!isDocument || !(error instanceof FastScoreError) || error.code !== 'FILE_NOT_FOUND') throw error;
    throw new FastScoreError(error.code, error.message, {
      hint: `Write it to a file, or to stdin: echo '${file}' | fastscore ${noun} add ${name}`,
      cause: error.cause,
    });
  };

/** @param render what `--verbose` shows in place of the names, one per line */
export async function listDocuments(
  cli: Cli,
  { member }: DocumentKind,
  render?: (names: readonly string[]) => string,
): Promise<number> {
  const names = await during(`Cannot list ${member}`, (await cli.client())[member].list());
  cli.out.result(names, cli.out.verbose && render !== undefined ? render(names) : names.join('\n'));
  return 0;
}

/** @param mask makes the text fit to be shown; who edits it sees all of it */
export async function showDocument(
  cli: Cli,
  { title, member }: DocumentKind,
  { name, edit, mask = (text) => text }: { name: string; edit: boolean; mask?: (text: string) => string },
): Promise<number> {
  const documents = (await cli.client())[member];
  const text = await documents.get(name);
  const shown = mask(text);
  if (!edit) cli.out.result(new RawJson(shown), reindentJson(shown));
  else await editJson(cli, { name, what: title, text, save: (edited) => documents.put(name, edited) });
  return 0;
}

/** Removes a document and says so with `--verbose`. */
export async function removeDocument(cli: Cli, { noun, title, member }: DocumentKind, name: string): Promise<number> {
  await during(`Cannot remove ${noun} '${name}'`, (await cli.client())[member].remove(name));
  cli.out.done({ name, result: 'removed' }, `${title} removed`);
  return 0;
}
