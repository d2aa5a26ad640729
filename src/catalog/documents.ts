import { FastScoreError } from '../core/errors.ts';
import type { AssetKind, PutResult } from './asset-folder.ts';
import { AssetFolder } from './asset-folder.ts';
import { assertName } from './names.ts';

const SUFFIX = '.json';

/** Named JSON texts, kept as they were given, so that every digit and the layout survive: `amps.json`. */
export class Documents {
  readonly #folder: AssetFolder;
  readonly #noun: string;

  constructor(directory: string, kind: AssetKind) {
    this.#folder = new AssetFolder(directory, kind, [SUFFIX]);
    this.#noun = kind.noun;
  }

  /** Names, sorted. */
  async list(): Promise<string[]> {
    return (await this.#folder.list()).map(({ name }) => name);
  }

  /**
   * The JSON text.
   * @throws FastScoreError when there is none of that name; FILE_UNREADABLE when the file has been changed into something else
   */
  async get(name: string): Promise<string> {
    const { content } = await this.#folder.read(name);
    const text = content.toString('utf8');
    const flaw = flawOf(text);
    if (flaw === undefined) return text;
    throw new FastScoreError('FILE_UNREADABLE', `The file of ${this.#noun} '${name}' is not valid JSON: ${flaw}`, {
      hint: 'Store it again',
    });
  }

  /** @throws FastScoreError BAD_INPUT when `text` is not JSON */
  async put(name: string, text: string): Promise<PutResult> {
    assertName(this.#noun, name);
    const flaw = flawOf(text);
    if (flaw !== undefined) {
      throw new FastScoreError('BAD_INPUT', `The text of ${this.#noun} '${name}' is not valid JSON: ${flaw}`);
    }
    return this.#folder.put(name, SUFFIX, text);
  }

  /** @throws FastScoreError when there is none of that name */
  async remove(name: string): Promise<void> {
    await this.#folder.remove(name);
  }
}

function flawOf(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
