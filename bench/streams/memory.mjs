import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { summary } from '../measure.mjs';
import { watchRun } from '../resident.mjs';

const generator = fileURLToPath(new URL('../peers/generate.mjs', import.meta.url));
const model = fileURLToPath(new URL('../models/tally.py', import.meta.url));
const GIGABYTES = { short: 1, long: 10 };

/** Memory while an input goes through that nobody could hold: a command makes it as it is read. */
export async function measureMemory({ long, folder }) {
  const gigabytes = long ? GIGABYTES.long : GIGABYTES.short;
  const input = join(folder, 'generated.json');
  const args = [generator, String(gigabytes * 1e9)];
  const transport = { Type: 'exec', Run: process.execPath, Args: args };
  await writeFile(input, JSON.stringify({ Transport: transport, Encoding: 'json' }));
  const { engine, jet } = await watchRun(folder, [model, input, 'discard:']);
  const rows = Object.fromEntries(
    Object.entries({ engine, jet }).flatMap(([who, curve]) =>
      ['early', 'late'].map((when) => [`${who}, ${when}`, summary([curve.at(when)])]),
    ),
  );
  return {
    sections: [
      { title: `Streams: resident memory, ${gigabytes} GB through the engine`, unit: 'MB', compared: null, rows },
    ],
    targets: [
      {
        what: `memory of the engine over ${gigabytes} GB, early to late`,
        figure: engine.growth,
        unit: 'x',
        atMost: 1.1,
      },
    ],
  };
}
