/** `npm run bench [-- NAME...] [--runs N]`: Markdown tables on stdout, figures in bench/results/. */
import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import * as records from './records.mjs';
import * as scale from './scale.mjs';
import * as state from './state.mjs';

const BENCHMARKS = { state, records, scale };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { runs: { type: 'string', default: '5' } },
});
const names = positionals.length > 0 ? positionals : Object.keys(BENCHMARKS);
const unknown = names.find((name) => !Object.hasOwn(BENCHMARKS, name));
if (unknown !== undefined) {
  process.stderr.write(`Error: no benchmark '${unknown}'; there are ${Object.keys(BENCHMARKS).join(', ')}\n`);
  process.exit(2);
}
const results = new URL('results/', import.meta.url);
await mkdir(results, { recursive: true });
for (const name of names) {
  const { title, unit, missing, compared, measure } = BENCHMARKS[name];
  process.stderr.write(`${name} ...\n`);
  const figures = await measure(Number(values.runs));
  process.stdout.write(table({ title, unit, missing, compared, figures }));
  const machine = { cpus: availableParallelism(), model: cpus()[0]?.model, memory: totalmem(), node: process.version };
  await writeFile(
    new URL(`${name}.json`, results),
    `${JSON.stringify({ title, unit, missing, compared, machine, figures }, null, 2)}\n`,
  );
}

function table({ title, unit, missing, compared, figures }) {
  const base = figures[compared].median;
  const rows = Object.entries(figures).map(([name, { median, min, max, runs }]) => {
    const ratio = name === compared ? '1' : (median / base).toPrecision(3);
    return `| ${name} | ${number(median)} | ${number(min)} - ${number(max)} | ${ratio} | ${runs.length} |`;
  });
  const absent = missing.length === 0 ? '' : `\nNot measured: ${missing.join('; ')}.\n`;
  const head = `| | median ${unit} | from - to | times '${compared}' | runs |\n| --- | --- | --- | --- | --- |`;
  return `\n### ${title}\n\n${head}\n${rows.join('\n')}\n${absent}`;
}

function number(value) {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
