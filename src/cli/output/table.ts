import { createRequire } from 'node:module';

export interface Column {
  readonly title: string;
  /** Integer columns are right-aligned, header included. */
  readonly integer?: true;
}

/** Stands between columns until their widths are known; never part of a cell. */
const BOUNDARY = '\0';

/**
 * A table in the look of FastScore 1.10: a header, a line of dashes, rows; two blanks between columns,
 * a column as wide as its header and two more, or as its longest cell; no blanks at the ends of lines.
 */
export function renderTable(columns: readonly (Column | string)[], rows: readonly (readonly string[])[]): string {
  const specs = columns.map((column) => (typeof column === 'string' ? { title: column } : column));
  // Loaded on first use: most commands print no table.
  const Table = createRequire(import.meta.url)('cli-table3') as typeof import('cli-table3');
  const table = new Table({
    head: specs.map(({ title, integer }) => (integer ? `  ${title}` : `${title}  `)),
    colAligns: specs.map(({ integer }) => (integer ? 'right' : 'left')),
    chars: { ...NO_BORDERS, middle: BOUNDARY },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  table.push(...rows.map((row) => [...row]));
  const [header = '', ...lines] = table.toString().split('\n');
  const dashes = header.split(BOUNDARY).map((cell) => '-'.repeat(cell.length));
  return [header, dashes.join(BOUNDARY), ...lines].map((line) => line.replaceAll(BOUNDARY, '  ').trimEnd()).join('\n');
}

const NO_BORDERS = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
};
