import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { ErrorCode } from '../core/errors.ts';
import { FastScoreError } from '../core/errors.ts';
import { makeDirectory, syncDirectory, writeFileAtomically } from '../util/atomic-file.ts';
import { decodeFileName, encodeFileName } from '../util/file-names.ts';
import { nearestName } from '../util/nearest-name.ts';
import { describeSystemError, systemErrorCode } from '../util/system-error.ts';
import { assertName, isName } from './names.ts';

export interface AssetFile {
  readonly name: string;
  /** One of the folder's suffixes. */
  readonly suffix: string;
  readonly path: string;
}

/** How a kind of asset is spoken of. */
export interface AssetKind {
  /** `model`, `schema`, ... */
  readonly noun: string;
  readonly missing: ErrorCode;
}

export type PutResult = 'created' | 'replaced';

/**
 * A directory of named files `ENCODED-NAME + SUFFIX`. Files with other names, such as a README, hidden and temporary files, are
 * nobody's business here. The directory is made by the first `put`.
 */
export class AssetFolder {
  readonly #directory: string;
  readonly #kind: AssetKind;
  readonly #suffixes: readonly string[];

  /** @param suffixes no suffix may be the end of another one; `['']` for files that are called as the asset is */
  constructor(directory: string, kind: AssetKind, suffixes: readonly string[]) {
    this.#directory = directory;
    this.#kind = kind;
    this.#suffixes = suffixes;
  }

  /** All assets, sorted by name. */
  async list(): Promise<AssetFile[]> {
    const byName = new Map<string, AssetFile>();
    for (const file of await this.#files()) {
      const other = byName.get(file.name);
      byName.set(file.name, other === undefined ? file : await newerOf(other, file));
    }
    return [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** @throws FastScoreError BAD_NAME, or the kind's own code when there is none of that name */
  async find(name: string): Promise<AssetFile> {
    assertName(this.#kind.noun, name);
    const files = await this.list();
    const found = files.find((file) => file.name === name);
    if (found !== undefined) return found;
    throw this.#missing(name, files);
  }

  async read(name: string): Promise<{ file: AssetFile; content: Buffer }> {
    const file = await this.find(name);
    try {
      return { file, content: await readFile(file.path) };
    } catch (error) {
      throw this.failure(name, error);
    }
  }

  /** Replaces what has that name, whatever its suffix. */
  async put(
    name: string,
    suffix: string,
    content: string | Uint8Array | AsyncIterable<Uint8Array>,
  ): Promise<PutResult> {
    assertName(this.#kind.noun, name);
    const path = join(this.#directory, encodeFileName(name) + suffix);
    const before = await this.#filesOf(name);
    try {
      await makeDirectory(this.#directory);
      await writeFileAtomically(path, content);
      // The new file is in place before the old one goes: until then the newer of the two counts.
      await this.#unlink(before.filter((file) => file.path !== path));
    } catch (error) {
      throw this.#writeFailure('store', name, error);
    }
    return before.length > 0 ? 'replaced' : 'created';
  }

  /** @throws FastScoreError the kind's own code when there is none of that name */
  async remove(name: string): Promise<void> {
    await this.find(name);
    try {
      await this.#unlink(await this.#filesOf(name));
    } catch (error) {
      throw this.#writeFailure('remove', name, error);
    }
  }

  /** What to say when the file of `name`, which was there, cannot be read. */
  failure(name: string, error: unknown): FastScoreError {
    if (systemErrorCode(error) === 'ENOENT') return this.#missing(name, []);
    return new FastScoreError(
      'FILE_UNREADABLE',
      `Cannot read ${this.#kind.noun} '${name}': ${describeSystemError(error)}`,
      { cause: error },
    );
  }

  async #files(): Promise<AssetFile[]> {
    const files: AssetFile[] = [];
    for (const entry of await this.#entries()) {
      const suffix = this.#suffixes.find((candidate) => entry.name.endsWith(candidate));
      if (suffix === undefined || entry.isDirectory()) continue;
      const name = decodeFileName(entry.name.slice(0, entry.name.length - suffix.length));
      if (name === undefined || !isName(name)) continue;
      files.push({ name, suffix, path: join(this.#directory, entry.name) });
    }
    return files;
  }

  async #entries() {
    try {
      return await readdir(this.#directory, { withFileTypes: true });
    } catch (error) {
      if (systemErrorCode(error) === 'ENOENT') return [];
      const folder = basename(this.#directory);
      throw new FastScoreError(
        'FILE_UNREADABLE',
        `Cannot read folder '${folder}' of the catalog: ${describeSystemError(error)}`,
        { cause: error },
      );
    }
  }

  async #filesOf(name: string): Promise<AssetFile[]> {
    return (await this.#files()).filter((file) => file.name === name);
  }

  async #unlink(files: readonly AssetFile[]): Promise<void> {
    for (const { path } of files) await rm(path, { force: true });
    if (files.length === 0) return;
    await syncDirectory(this.#directory).catch((error: unknown) => {
      // Somebody else has removed the folder with all that was in it.
      if (systemErrorCode(error) !== 'ENOENT') throw error;
    });
  }

  #missing(name: string, files: readonly AssetFile[]): FastScoreError {
    const { noun, missing } = this.#kind;
    const near = nearestName(
      name,
      files.map((file) => file.name),
    );
    const hint = near === undefined ? {} : { hint: `Did you mean '${near}'?` };
    return new FastScoreError(missing, `${noun[0]?.toUpperCase()}${noun.slice(1)} '${name}' not found`, hint);
  }

  #writeFailure(verb: string, name: string, error: unknown): unknown {
    if (systemErrorCode(error) === undefined) return error;
    return new FastScoreError(
      'CATALOG_WRITE_FAILED',
      `Cannot ${verb} ${this.#kind.noun} '${name}': ${describeSystemError(error)}`,
      { cause: error },
    );
  }
}

/** Two files claim one name after an interrupted `put`, or put there by hand: the last one written counts. */
async function newerOf(one: AssetFile, other: AssetFile): Promise<AssetFile> {
  const [oneTime, otherTime] = await Promise.all([timeOf(one), timeOf(other)]);
  return oneTime === otherTime ? (one.suffix < other.suffix ? one : other) : oneTime > otherTime ? one : other;
}

async function timeOf({ path }: AssetFile): Promise<number> {
  try {
    return (await stat(path)).mtimeMs;
  } catch {
    return 0;
  }
}
