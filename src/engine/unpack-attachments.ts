import { copyFile, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { dirname, join, parse } from 'node:path';
import { unpackArchive } from '../catalog/unpack-archive.ts';
import type { ModelSource } from './types.ts';

/** What came with a model, unpacked. */
export interface UnpackedAttachments {
  /** Its files go into the directory of each jet. */
  readonly directory: string;
  /** What the model can import from there. */
  readonly modules: readonly string[];
}

/**
 * Unpacks one after the other, after the files of the engine: of two with one path the later one counts.
 * @returns null when there is nothing
 * @throws FastScoreError ARCHIVE_INVALID
 */
export async function unpackAttachments(
  { attachments = [], files = [] }: Pick<ModelSource, 'attachments' | 'files'>,
  workDirectory: string,
): Promise<UnpackedAttachments | null> {
  if (attachments.length === 0 && files.length === 0) return null;
  await mkdir(workDirectory, { recursive: true, mode: 0o700 });
  const directory = await mkdtemp(join(workDirectory, 'attached-'));
  try {
    for (const { path, source } of files) {
      await mkdir(join(directory, dirname(path)), { recursive: true, mode: 0o700 });
      await copyFile(source, join(directory, path));
    }
    for (const attachment of attachments) await unpackArchive(attachment, directory);
    return { directory, modules: await modulesIn(directory) };
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    throw error;
  }
}

async function modulesIn(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory() || /\.(?:py|so)$/.test(entry.name))
    .map((entry) => (entry.isDirectory() ? entry.name : parse(entry.name).name.replace(/\..*$/, '')));
}
