import { stat } from 'node:fs/promises';
import { FastScoreError } from '../core/errors.ts';
import type { ArchiveLimits } from './archive-census.ts';
import { ARCHIVE_LIMITS, ArchiveCensus } from './archive-census.ts';
import type { ArchiveFormat } from './attachments.ts';
import { unpackTar } from './unpack-tar.ts';
import { unpackZip } from './unpack-zip.ts';

/**
 * Unpacks an archive into `directory`. Nothing is written when a member leads out of it, is no plain file and no folder, or
 * when there is too much.
 * @throws FastScoreError ARCHIVE_INVALID
 */
export async function unpackArchive(
  archive: { readonly name: string; readonly format: ArchiveFormat; readonly path: string },
  directory: string,
  limits: ArchiveLimits = ARCHIVE_LIMITS,
): Promise<void> {
  const { name, format, path } = archive;
  const refuse = (what: string, cause?: unknown): FastScoreError =>
    new FastScoreError('ARCHIVE_INVALID', `Attachment '${name}' ${what}`, { cause });
  try {
    const census = new ArchiveCensus(refuse, (await stat(path)).size, limits);
    if (format === 'zip') await unpackZip(path, directory, census);
    else await unpackTar(path, directory, census);
  } catch (cause) {
    if (cause instanceof FastScoreError) throw cause;
    throw refuse(`cannot be unpacked: ${(cause as Error).message}`, cause);
  }
}
