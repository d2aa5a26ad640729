import type { FileHandle } from 'node:fs/promises';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { FastScoreError } from '../core/errors.ts';
import { syncDirectory } from '../util/atomic-file.ts';
import { encodeFileName } from '../util/file-names.ts';
import { describeSystemError, systemErrorCode } from '../util/system-error.ts';
import type { AssetFile, PutResult } from './asset-folder.ts';
import { AssetFolder } from './asset-folder.ts';

export interface Attachment {
  readonly name: string;
  readonly size: number;
  readonly format: ArchiveFormat;
  readonly path: string;
}

export type ArchiveFormat = 'zip' | 'tgz';

/** Archives that belong to a model: `attachments/MODEL/FILE`. Methods reject with MODEL_NOT_FOUND when there is no such model. */
export class Attachments {
  readonly #directory: string;
  readonly #assertModel: (model: string) => Promise<unknown>;

  constructor(directory: string, assertModel: (model: string) => Promise<unknown>) {
    this.#directory = directory;
    this.#assertModel = assertModel;
  }

  /** Sorted by name. */
  async list(model: string): Promise<Attachment[]> {
    const folder = await this.#folderOf(model);
    const files = await folder.list();
    return Promise.all(files.map((file) => describe(folder, file)));
  }

  /** @throws FastScoreError ATTACHMENT_NOT_FOUND */
  async info(model: string, name: string): Promise<Attachment> {
    const folder = await this.#folderOf(model);
    return describe(folder, await folder.find(name));
  }

  /** The stream owns the file and closes it when it ends or is destroyed. @throws FastScoreError ATTACHMENT_NOT_FOUND */
  async open(model: string, name: string): Promise<{ attachment: Attachment; stream: Readable }> {
    const folder = await this.#folderOf(model);
    const file = await folder.find(name);
    const handle = await openFile(folder, file);
    try {
      const attachment = await examine(handle, file);
      return { attachment, stream: handle.createReadStream({ start: 0 }) };
    } catch (error) {
      await handle.close();
      throw folder.failure(name, error);
    }
  }

  async put(model: string, name: string, content: Uint8Array | AsyncIterable<Uint8Array>): Promise<PutResult> {
    const folder = await this.#folderOf(model);
    const result = await folder.put(name, '', content).catch((error: unknown) => {
      throw systemErrorCode((error as Error).cause) === 'ENOENT' ? removedMeanwhile(model, error) : error;
    });
    try {
      await this.#assertModel(model);
    } catch (error) {
      // Nothing may be left for another model of that name.
      await this.removeAll(model);
      throw error;
    }
    return result;
  }

  /** @throws FastScoreError ATTACHMENT_NOT_FOUND */
  async remove(model: string, name: string): Promise<void> {
    await (await this.#folderOf(model)).remove(name);
  }

  /** Removes what belongs to `model`, if anything does. */
  async removeAll(model: string): Promise<void> {
    try {
      // Something may be stored there at the same time.
      await rm(join(this.#directory, encodeFileName(model)), { recursive: true, maxRetries: 5, retryDelay: 20 });
      await syncDirectory(this.#directory);
    } catch (error) {
      if (systemErrorCode(error) === 'ENOENT') return;
      throw new FastScoreError(
        'CATALOG_WRITE_FAILED',
        `Cannot remove the attachments of model '${model}': ${describeSystemError(error)}`,
        { cause: error },
      );
    }
  }

  async #folderOf(model: string): Promise<AssetFolder> {
    await this.#assertModel(model);
    const directory = join(this.#directory, encodeFileName(model));
    return new AssetFolder(directory, { noun: 'attachment', missing: 'ATTACHMENT_NOT_FOUND' }, ['']);
  }
}

/** Its folder goes with a model, and with it what is being written there. */
function removedMeanwhile(model: string, cause: unknown): FastScoreError {
  return new FastScoreError('MODEL_NOT_FOUND', `Model '${model}' was removed while its attachment was stored`, {
    cause,
  });
}

async function describe(folder: AssetFolder, file: AssetFile): Promise<Attachment> {
  const handle = await openFile(folder, file);
  try {
    return await examine(handle, file);
  } catch (error) {
    throw folder.failure(file.name, error);
  } finally {
    await handle.close();
  }
}

async function openFile(folder: AssetFolder, { name, path }: AssetFile): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (error) {
    throw folder.failure(name, error);
  }
}

async function examine(handle: FileHandle, { name, path }: AssetFile): Promise<Attachment> {
  return { name, size: (await handle.stat()).size, format: await formatOf(handle, name), path };
}

/** By the name's ending; clients may store under a name without one, then by the first bytes. */
async function formatOf(handle: FileHandle, name: string): Promise<ArchiveFormat> {
  if (name.endsWith('.zip')) return 'zip';
  if (name.endsWith('.tgz') || name.endsWith('.tar.gz')) return 'tgz';
  const { bytesRead, buffer } = await handle.read(Buffer.alloc(GZIP_MAGIC.length), 0, GZIP_MAGIC.length, 0);
  return buffer.subarray(0, bytesRead).equals(GZIP_MAGIC) ? 'tgz' : 'zip';
}

const GZIP_MAGIC = Buffer.from([0x1f, 0x8b]);
