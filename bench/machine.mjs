/** Where and with what was measured. */
import { execFile } from 'node:child_process';
import { availableParallelism, cpus, release, totalmem, type } from 'node:os';
import { promisify } from 'node:util';
import { PYTHON } from './peers.mjs';

const run = promisify(execFile);

export function describeMachine() {
  const model = cpus()[0]?.model.trim() || 'unknown processor';
  const [cores, memory, system] = [availableParallelism(), Math.round(totalmem() / 2 ** 30), `${type()} ${release()}`];
  return { cores, model, memory, system, text: `${cores} cores of ${model}, ${memory} GiB, ${system}` };
}

const PYTHON_PEERS = [
  'redis',
  'hiredis',
  'lmdb',
  'ray',
  'bytewax',
  'confluent-kafka',
  'quixstreams',
  'msgpack',
  'fastavro',
  'fastapi',
  'uvicorn',
  'mlserver',
];

/** @returns {Promise<Record<string, string | null>>} null: not there */
export async function versions() {
  const code = `
import importlib.metadata as m, json, sqlite3, sys
def version(name):
    try:
        return m.version(name)
    except m.PackageNotFoundError:
        return None
print(json.dumps({**{n: version(n) for n in sys.argv[1:]}, 'sqlite': sqlite3.sqlite_version}))`;
  return {
    node: process.version,
    python: await said('python3', ['--version']),
    R: await said('Rscript', ['--version']),
    'redis-server': await said('redis-server', ['--version']),
    ...JSON.parse((await said(PYTHON, ['-c', code, ...PYTHON_PEERS])) ?? '{}'),
  };
}

async function said(program, args) {
  try {
    const { stdout, stderr } = await run(program, args);
    return (stdout || stderr).trim();
  } catch {
    return null;
  }
}
