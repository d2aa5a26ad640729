/**
 * Installs the package as users do and runs models with what was installed: from the archive that `npm pack` makes,
 * and from a bare checkout with `npm install -g .`. Needs the npm registry.
 */
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import process from 'node:process';
import { withProgress } from './progress.mjs';
import { run, runNpm } from './run.mjs';
import { root, runMain, setUp } from './setup.mjs';

const MODELS = { python: 'cell.py', R: 'cell.R' };
/** What a bare checkout does not have. */
const MADE = new Set(['node_modules', 'dist', '.git', '__pycache__']);
const OPTIONS = ['--no-audit', '--no-fund', '--prefer-offline'];

runMain(async () => {
  const { versions } = await setUp();
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'fastscore-package-')));
  try {
    await withProgress('Installing the archive that npm pack makes', () => installArchive(folder));
    await tryModels(join(folder, 'from-archive'), folder, Object.keys(versions));
    await withProgress('Installing a bare checkout with npm install -g .', () => installCheckout(folder));
    await tryModels(join(folder, 'from-checkout'), folder, Object.keys(versions));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

async function installArchive(folder) {
  const packed = await runNpm(['pack', '--pack-destination', folder, '--loglevel=error'], { cwd: root });
  const archive = packed.trim().split('\n').at(-1);
  await runNpm(['install', '-g', '--prefix', join(folder, 'from-archive'), ...OPTIONS, join(folder, archive)], {
    cwd: folder,
  });
}

async function installCheckout(folder) {
  const checkout = join(folder, 'checkout');
  cpSync(root, checkout, { recursive: true, filter: (path) => !MADE.has(basename(path)) });
  await runNpm(['install', '-g', '--prefix', join(folder, 'from-checkout'), ...OPTIONS, '.'], { cwd: checkout });
}

/** Runs a model of each language with the `fastscore` on the PATH, from a folder that has nothing to do with it. */
async function tryModels(prefix, folder, languages) {
  const elsewhere = join(folder, 'elsewhere');
  mkdirSync(elsewhere, { recursive: true });
  const env = {
    ...process.env,
    PATH: `${join(prefix, 'bin')}:${process.env.PATH}`,
    FASTSCORE_HOME: join(folder, 'home'),
  };
  for (const language of languages) {
    const model = join(root, 'examples', 'cell', MODELS[language]);
    const output = await run('fastscore', ['run', model, 'inline:1,2,3'], { cwd: elsewhere, env });
    if (output !== '1\n3\n6\n') throw new Error(`${MODELS[language]} gave ${JSON.stringify(output)} in ${prefix}`);
    console.log(`${MODELS[language]} runs with the fastscore in ${prefix}`);
  }
}
