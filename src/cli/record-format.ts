import { extname } from 'node:path';
import { FastScoreError } from '../core/errors.ts';

/** How the records of a file are written: as the option says, else as its name does. */
export function parseFormat(option: string | undefined, file: string | undefined): 'jsons' | 'csv' {
  if (option === undefined) return extname(file ?? '').toLowerCase() === '.csv' ? 'csv' : 'jsons';
  const format = option.toLowerCase();
  if (format === 'csv') return 'csv';
  if (format === 'jsons' || format === 'json') return 'jsons';
  throw new FastScoreError('BAD_INPUT', `Format ${option} not recognized`, { hint: '--format jsons, or csv' });
}
