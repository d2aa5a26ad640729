/** Servers that score one record per request: each is a process of its own on a free loopback port. */
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FastScoreClient } from '../dist/client/client.js';
import { freePort, isListening } from '../scripts/services/listening.mjs';
import { spawnGuarded } from './guarded.mjs';
import { Missing } from './measure.mjs';
import { PYTHON } from './peers.mjs';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const python = () => (existsSync(PYTHON) ? PYTHON : 'python3');

/** @returns {Promise<{ request: object, port: number, close: () => Promise<void> }>} `request`: what autocannon sends */
export async function startFastscore() {
  const home = await mkdtemp(join(tmpdir(), 'fastscore-bench-'));
  const port = await freePort();
  const server = await start(
    process.execPath,
    [at('../bin/fastscore'), 'serve', '--listen', `127.0.0.1:${port}`],
    port,
    {
      env: { ...process.env, FASTSCORE_HOME: home },
    },
  );
  const client = new FastScoreClient({ kind: 'url', url: `http://127.0.0.1:${port}` });
  const stream = { Transport: 'REST', Encoding: 'json', Batching: { NagleTime: 0, Watermark: null } };
  await client.engine.loadModel('sum', 'python3', await readFile(at('models/sum.py')), []);
  for (const slot of [1, 0]) await client.engine.attachStream(slot, `rest-${slot}`, stream);
  await client.close();
  return {
    port,
    request: request('/2/active/model/roundtrip/0/1', '1', 'application/octet-stream'),
    async close() {
      await server.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}

export async function startPipe() {
  const port = await freePort();
  const args = [at('peers/pipe-server.mjs'), port, python(), at('peers/pipe.py')].map(String);
  return { port, request: request('/score', '1'), ...(await start(process.execPath, args, port)) };
}

export async function startFastApi() {
  const port = await freePort();
  return {
    port,
    request: request('/score', '1'),
    ...(await start(python(), [at('peers/web.py'), String(port)], port)),
  };
}

export async function startMlServer() {
  const program = join(PYTHON, '../mlserver');
  if (!existsSync(program)) throw new Missing('mlserver is not installed (npm run bench:setup)');
  const [port, grpc, metrics] = [await freePort(), await freePort(), await freePort()];
  const settings = { HOST: '127.0.0.1', HTTP_PORT: port, GRPC_PORT: grpc, METRICS_PORT: metrics, PARALLEL_WORKERS: 0 };
  const env = Object.fromEntries(Object.entries(settings).map(([name, value]) => [`MLSERVER_${name}`, String(value)]));
  const body = JSON.stringify({ inputs: [{ name: 'x', shape: [1], datatype: 'INT64', data: [1] }] });
  const server = await start(PYTHON, [program, 'start', at('peers/mlserver')], port, {
    env: { ...process.env, ...env },
  });
  await until(`http://127.0.0.1:${port}/v2/models/sum/ready`);
  return { port, request: request('/v2/models/sum/infer', body), ...server };
}

const request = (path, body, type = 'application/json') => ({
  path,
  method: 'POST',
  body,
  headers: { 'content-type': type },
});

async function start(program, args, port, options = {}) {
  const { child, ended, close } = spawnGuarded(program, args, { stderr: 'pipe', ...options });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    errors = (errors + text).slice(-2000);
  });
  ended.catch((error) => {
    errors = error.message;
  });
  if (!(await isListening(port, { ended, limitMs: 20_000 }))) {
    await close();
    throw new Missing(errors.trim().split('\n').at(-1) || `${program} has ended`);
  }
  return { close };
}

async function until(url) {
  for (const deadline = Date.now() + 20_000; Date.now() < deadline; ) {
    if ((await fetch(url).catch(() => null))?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Missing(`no answer from ${url}`);
}
