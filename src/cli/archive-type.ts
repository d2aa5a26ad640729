import type { ArchiveType } from '../client/attachments.ts';
import { FastScoreError } from '../core/errors.ts';

/** Told by the name of the file. @throws FastScoreError BAD_INPUT */
export function archiveTypeOf(file: string): ArchiveType {
  if (file.endsWith('.zip')) return 'zip';
  if (file.endsWith('.tgz') || file.endsWith('.tar.gz')) return 'tgz';
  throw new FastScoreError('BAD_INPUT', `${file} must have a proper extension (.zip, .tar.gz, .tgz)`);
}
