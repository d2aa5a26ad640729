import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { EngineFileInfo } from '../api/shapes.ts';
import { FastScoreError } from '../core/errors.ts';
import type { EngineFile } from '../engine/types.ts';

interface Kept extends EngineFile {
  readonly size: number;
}

const MOST_FILES = 1000;

/** (2.0) Files that belong to engines: each jet of a model that is loaded from then on finds them in its working directory. */
export class EngineFiles {
  /** By engine and path. */
  readonly #kept = new Map<string, Map<string, Kept>>();
  #folder: Promise<string> | null = null;

  /** @throws FastScoreError BAD_INPUT for a path that leads out of the working directory, TOO_LARGE */
  async put(engine: string, path: string, chunks: AsyncIterable<Buffer>): Promise<'created' | 'replaced'> {
    assertPath(path);
    this.#assertFits(engine, path);
    this.#folder ??= mkdtemp(join(tmpdir(), 'fastscore-files-'));
    const arriving = join(await this.#folder, randomUUID());
    try {
      const output = createWriteStream(arriving, { mode: 0o600 });
      await pipeline(chunks, output);
      const files = this.#filesOf(engine);
      const before = files.get(path);
      // Who copies the file that was there goes on reading that.
      const source = before?.source ?? `${arriving}.kept`;
      await rename(arriving, source);
      files.set(path, { path, source, size: output.bytesWritten });
      return before === undefined ? 'created' : 'replaced';
    } catch (error) {
      await rm(arriving, { force: true });
      throw error;
    }
  }

  list(engine: string): EngineFileInfo[] {
    const files = [...this.#filesOf(engine).values()].map(({ path, size }) => ({ path, size }));
    return files.sort((left, right) => (left.path < right.path ? -1 : 1));
  }

  of(engine: string): EngineFile[] {
    return [...this.#filesOf(engine).values()];
  }

  /** @throws FastScoreError FILE_NOT_FOUND */
  async remove(engine: string, path: string): Promise<void> {
    const files = this.#filesOf(engine);
    const kept = files.get(path);
    if (kept === undefined)
      throw new FastScoreError('FILE_NOT_FOUND', `The engine has no file '${path.slice(0, 100)}'`);
    files.delete(path);
    await rm(kept.source, { force: true });
  }

  async close(): Promise<void> {
    if (this.#folder !== null) await rm(await this.#folder, { recursive: true, force: true });
  }

  #filesOf(engine: string): Map<string, Kept> {
    const files = this.#kept.get(engine) ?? new Map<string, Kept>();
    this.#kept.set(engine, files);
    return files;
  }

  #assertFits(engine: string, path: string): void {
    const files = this.#filesOf(engine);
    if (!files.has(path) && files.size >= MOST_FILES) {
      throw new FastScoreError('BAD_INPUT', `The engine has ${MOST_FILES} files already`, {
        hint: 'Put many files into an attachment of the model',
      });
    }
    for (const known of files.keys()) {
      if (!known.startsWith(`${path}/`) && !path.startsWith(`${known}/`)) continue;
      throw new FastScoreError('BAD_INPUT', `'${path}' and '${known}' cannot both be there: one is a directory`);
    }
  }
}

const LONGEST_PATH = 1000;

function assertPath(path: string): void {
  const parts = path.split('/');
  const isTame = path.length <= LONGEST_PATH && !/\p{Cc}|\\/u.test(path);
  if (isTame && parts.every((part) => part !== '' && part !== '.' && part !== '..')) return;
  throw new FastScoreError('BAD_INPUT', `'${path.slice(0, 100)}' is no place in the working directory of models`, {
    hint: 'A path such as weights.bin or data/weights.bin, relative to that directory',
  });
}
