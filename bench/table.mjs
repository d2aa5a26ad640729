/** Markdown of what was measured. */

/** @param {import('./measure.mjs').Section} section */
export function table({ title, unit, compared, rows }) {
  const base = rows[compared]?.median;
  const head =
    base === undefined
      ? `| | median ${unit} | from - to | runs |\n| --- | --- | --- | --- |`
      : `| | median ${unit} | from - to | times '${compared}' | runs |\n| --- | --- | --- | --- | --- |`;
  const lines = Object.entries(rows).map(([name, { missing, median, min, max, runs }]) => {
    const cells =
      missing === undefined ? [number(median), `${number(min)} - ${number(max)}`] : [`missing: ${inCell(missing)}`, ''];
    if (base !== undefined) cells.push(missing === undefined ? number(median / base) : '');
    return `| ${[name, ...cells, missing === undefined ? runs.length : ''].join(' | ')} |`;
  });
  return `#### ${title}\n\n${head}\n${lines.join('\n')}\n`;
}

/**
 * @param {readonly { what: string, figure: number | null, unit?: string, atLeast?: number, atMost?: number }[]} targets
 *   figure null: a peer is missing
 */
export function targetTable(targets) {
  const lines = targets.map((target) => {
    const { what, figure, unit = '', atLeast, atMost } = target;
    const wanted = atLeast === undefined ? `at most ${atMost}` : `at least ${atLeast}`;
    const shown = figure === null ? 'not measured' : `${number(figure)}${unit}`;
    return `| ${what} | ${wanted}${unit} | ${shown} | ${verdict(target)} |`;
  });
  return `#### Targets\n\n| what | wanted | measured | |\n| --- | --- | --- | --- |\n${lines.join('\n')}\n`;
}

function verdict({ figure, atLeast = -Infinity, atMost = Infinity }) {
  if (figure === null) return '-';
  return figure >= atLeast && figure <= atMost ? 'met' : 'missed';
}

export function number(value) {
  if (value === 0) return '0';
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

const inCell = (text) => text.split('\n')[0].replaceAll('|', '\\|').slice(0, 120);
