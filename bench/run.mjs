/**
 * `npm run bench [-- NAME...] [--runs N] [--long] [--write-docs]`: Markdown tables on stdout, figures in bench/results/.
 * With `--write-docs` the tables of what was measured replace those in docs/performance.md.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { withProgress } from '../scripts/progress.mjs';
import { runMain } from '../scripts/setup.mjs';
import { describeMachine, versions } from './machine.mjs';
import { table, targetTable } from './table.mjs';
import { writeDocs } from './write-docs.mjs';

/** Each in a file of its own: `measure({ runs, long })` gives `{ sections, targets }`. */
const BENCHMARKS = ['state', 'records', 'latency', 'snapshot', 'scale', 'cli', 'memory'];
const RESULTS = new URL('results/', import.meta.url);

runMain(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { runs: { type: 'string' }, long: { type: 'boolean' }, 'write-docs': { type: 'boolean' } },
  });
  const unknown = positionals.find((name) => !BENCHMARKS.includes(name));
  if (unknown !== undefined) throw new Error(`There is no benchmark '${unknown}', only ${BENCHMARKS.join(', ')}`);
  const long = values.long ?? false;
  const runs = Number(values.runs ?? (long ? 9 : 3));
  if (!Number.isInteger(runs) || runs < 1) throw new Error(`--runs must be a positive integer, not ${values.runs}`);
  await mkdir(RESULTS, { recursive: true });
  const machine = describeMachine();
  process.stdout.write(`Machine: ${machine.text}\n`);
  for (const name of positionals.length > 0 ? positionals : BENCHMARKS) {
    const { measure } = await import(new URL(`${name}.mjs`, import.meta.url).href);
    const { sections, targets } = await withProgress(name, () => measure({ runs, long }));
    const markdown = [...sections.map(table), ...(targets.length > 0 ? [targetTable(targets)] : [])].join('\n');
    process.stdout.write(`\n${markdown}`);
    const result = { benchmark: name, machine, versions: await versions(), sections, targets };
    await writeFile(new URL(`${name}.json`, RESULTS), `${JSON.stringify(result, null, 2)}\n`);
    if (values['write-docs']) await writeDocs(name, `${machine.text}.\n\n${markdown}`);
  }
});
