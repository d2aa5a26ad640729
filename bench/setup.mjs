/**
 * `npm run bench:setup`: what the benchmarks compare with, as far as this machine can have it. Each peer is installed
 * by itself, so that one that cannot be had does not keep the others away.
 */
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import process from 'node:process';
import { withProgress } from '../scripts/progress.mjs';
import { run } from '../scripts/run.mjs';
import { runMain } from '../scripts/setup.mjs';
import { PEERS_FOLDER, PYTHON } from './peers.mjs';

/** Name of the peer, and what pip installs for it. */
const PYTHON_PACKAGES = {
  redis: ['redis', 'hiredis'],
  lmdb: ['lmdb'],
  ray: ['ray'],
  bytewax: ['bytewax', 'confluent-kafka'],
  'Quix Streams': ['quixstreams'],
  'msgpack and fastavro': ['msgpack', 'fastavro'],
  fastapi: ['fastapi', 'uvicorn[standard]'],
  mlserver: ['mlserver'],
};

const DEBIAN_PACKAGES = {
  'redis-server': '/usr/bin/redis-server',
  'r-cran-jsonlite': '/usr/lib/R/site-library/jsonlite',
};

runMain(async () => {
  await mkdir(PEERS_FOLDER, { recursive: true });
  if (!existsSync(PYTHON))
    await install('Python environment', () => run('python3', ['-m', 'venv', `${PEERS_FOLDER}/venv`]));
  for (const [name, packages] of Object.entries(PYTHON_PACKAGES)) {
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages];
    await install(name, () => run(PYTHON, pip));
  }
  const absent = Object.entries(DEBIAN_PACKAGES).filter(([, place]) => !existsSync(place));
  if (absent.length === 0) return;
  const names = absent.map(([name]) => name);
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    process.stdout.write(
      `Missing: ${names.join(', ')}\nTry: sudo apt-get install --no-install-recommends ${names.join(' ')}\n`,
    );
    return;
  }
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await install('package lists', () => run('apt-get', ['update', '-q'], { env }));
  for (const name of names) {
    await install(name, () => run('apt-get', ['install', '-q', '-y', '--no-install-recommends', name], { env }));
  }
});

async function install(name, work) {
  try {
    await withProgress(name, work);
    process.stdout.write(`${name}: there\n`);
  } catch (error) {
    process.stdout.write(`${name}: missing\n${error.message}\n`);
  }
}
