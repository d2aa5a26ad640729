import { extname } from 'node:path';

/** How the records of a file are written: as the option says, else as its name does; null when the option says neither. */
export function parseFormat(option: string | undefined, file: string | undefined): 'jsons' | 'csv' | null {
  if (option === undefined) return extname(file ?? '').toLowerCase() === '.csv' ? 'csv' : 'jsons';
  const format = option.toLowerCase();
  if (format === 'csv') return 'csv';
  return format === 'jsons' || format === 'json' ? 'jsons' : null;
}

/** What is said of an option that says neither. */
export const unknownFormat = (option: string | undefined): [message: string, hint: string] => [
  `Format ${option} not recognized`,
  '--format jsons, or csv',
];
