/**
 * `npm run bench [-- NAME...] [--runs N] [--long] [--write-docs]`: Markdown tables on stdout, figures in bench/results/.
 * With `--write-docs` the tables of what was measured replace those in docs/performance.md.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { withProgress } from '../scripts/progress.mjs';
import { runMain } from '../scripts/setup.mjs';
import { describeMachine, versions } from './machine.mjs';
import { number, table, targetTable } from './table.mjs';
import { writeDocs } from './write-docs.mjs';

/** Each in a file of its own: `measure({ runs, long })` gives `{ sections, targets }`. */
const BENCHMARKS = ['state', 'records', 'latency', 'snapshot', 'scale', 'cli', 'memory', 'streams'];
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
  const failures = [];
  for (const name of positionals.length > 0 ? positionals : BENCHMARKS) {
    try {
      const result = await runBenchmark(name, { runs, long });
      process.stdout.write(`\n${markdownOf(result)}`);
      const file = new URL(`${name}.json`, RESULTS);
      await writeFile(file, `${JSON.stringify({ ...result, machine, versions: await versions() }, null, 2)}\n`);
      if (values['write-docs']) await writeDocs(name, `${machine.text}.\n\n${markdownOf(result)}`);
    } catch (error) {
      // The others are worth running all the same.
      failures.push(name);
      process.stderr.write(`${name} failed: ${error.stack}\n`);
    }
  }
  if (failures.length > 0) throw new Error(`Not measured: ${failures.join(', ')}`);
});

async function runBenchmark(name, { runs, long }) {
  const { measure } = await import(new URL(`${name}.mjs`, import.meta.url).href);
  const [since, loadBefore] = [performance.now(), loadavg()[0]];
  const { sections, targets } = await withProgress(name, () => measure({ runs, long }));
  const seconds = Math.round((performance.now() - since) / 1000);
  return { benchmark: name, long, seconds, load: { before: loadBefore, after: loadavg()[0] }, sections, targets };
}

function markdownOf({ benchmark, long, seconds, load, sections, targets }) {
  const [before, after] = [number(load.before), number(load.after)];
  const how = `${benchmark}${long ? ', long' : ''}: ${seconds} s, load of the machine ${before} before and ${after} after.\n`;
  return [how, ...sections.map(table), ...(targets.length > 0 ? [targetTable(targets)] : [])].join('\n');
}
