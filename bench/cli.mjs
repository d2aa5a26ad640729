import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { compare, ratio } from './measure.mjs';

const run = promisify(execFile);
const fastscore = fileURLToPath(new URL('../bin/fastscore', import.meta.url));
const NODE = 'node -e 0';
const LIST = 'fastscore snapshot list, warm engine';
const REPEATS = 5;

export async function measure({ runs, long }) {
  const home = await mkdtemp(join(tmpdir(), 'fastscore-bench-'));
  const env = { ...process.env, FASTSCORE_HOME: home };
  const call = (...args) => run(process.execPath, args, { env });
  try {
    const model = join(home, 'sum.py');
    await writeFile(
      model,
      '# fastscore.snapshots: eof\nimport fastscore\ndef action(x):\n    fastscore.cells("n").add(x)\n',
    );
    await call(fastscore, 'run', model, 'inline:1,2,3', '-');
    await call(fastscore, 'model', 'add', 'sum', model);
    const timed =
      (...args) =>
      async () => {
        const since = performance.now();
        for (let i = 0; i < REPEATS; i += 1) await call(...args);
        return (performance.now() - since) / REPEATS;
      };
    const section = await compare({
      title: 'Command line: whole processes',
      unit: 'ms',
      compared: NODE,
      runs: Math.max(runs, long ? 9 : 5),
      contestants: {
        [NODE]: timed('-e', '0'),
        'fastscore --version': timed(fastscore, '--version'),
        [LIST]: timed(fastscore, 'snapshot', 'list', 'sum'),
      },
    });
    const figure = ratio(section, LIST, NODE);
    return { sections: [section], targets: [{ what: `${LIST}, times ${NODE}`, figure, unit: 'x', atMost: 3 }] };
  } finally {
    await call(fastscore, 'engine', 'stop');
    await rm(home, { recursive: true, force: true });
  }
}
