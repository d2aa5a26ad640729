/** How rows of CSV look. */
export interface CsvDialect {
  readonly quote: Buffer;
  readonly delimiter: Buffer;
}

export function isAt(data: Uint8Array, at: number, needle: Buffer): boolean {
  for (let i = 0; i < needle.length; i++) if (data[at + i] !== needle[i]) return false;
  return true;
}
