import { existsSync, statSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { release } from '../../src/util/release.ts';
import { MODELS } from './support/models.ts';
import type { Sandbox } from './support/sandbox.ts';
import { openSandbox, processesIn } from './support/sandbox.ts';
import { waitFor } from './support/wait-for.ts';

let box: Sandbox;
beforeEach(async () => {
  box = await openSandbox();
});
afterEach(() => box.close());

const socket = () => join(box.home, 'run', 'engine.sock');
const status = async () =>
  JSON.parse((await box.fastscore(['engine', 'status', '--json'])).stdout) as { status: string; pid?: number };

test('the engine starts when it is needed, on a socket for its user alone, and stops when told', async () => {
  expect(await box.fastscore(['engine', 'status'])).toEqual({ status: 3, stdout: 'stopped\n', stderr: '' });
  expect(await box.ok('engine', 'stop', '-v')).toBe('Engine is not running\n');
  expect(await box.ok('model', 'list')).toBe('Name    Type\n------  ------\n');
  expect(await box.ok('engine', 'status')).toBe('running\n');
  expect(await box.ok('engine', 'status', '-v')).toContain(`\nrelease:  ${release}\n`);
  expect(await box.ok('connect')).toBe(`your own engine (${socket()})\n`);
  expect(await box.ok('engine', 'start', '-v')).toBe(`Engine is running (${socket()})\n`);
  expect(statSync(join(box.home, 'run')).mode & 0o777).toBe(0o700);
  expect(statSync(socket()).mode & 0o777).toBe(0o600);
  expect(await box.ok('engine', 'stop', '-v')).toBe('Engine stopped\n');
  expect(existsSync(socket())).toBe(false);
  expect(await processesIn(box.home)).toEqual([]);
});

test('commands that start at the same moment end up with one engine', async () => {
  const lists = await Promise.all(Array.from({ length: 4 }, () => box.fastscore(['stream', 'list'])));
  expect(lists).toEqual(lists.map(() => ({ status: 0, stdout: '', stderr: '' })));
  expect(await processesIn(box.home)).toEqual([(await status()).pid]);
});

test('a socket that a killed engine has left behind is no obstacle', async () => {
  await box.ok('engine', 'start');
  const { pid } = await status();
  process.kill(pid!, 'SIGKILL');
  await waitFor('the engine is gone', async () => (await processesIn(box.home)).length === 0);
  expect(existsSync(socket())).toBe(true);
  expect((await status()).status).toBe('stopped');
  expect(await box.ok('stream', 'list')).toBe('');
  expect((await status()).pid).not.toBe(pid);
});

test('the engine ends by itself when it has been idle', async () => {
  const env = { FASTSCORE_IDLE: '300ms' };
  expect(await box.fastscore(['engine', 'start'], { env })).toEqual({ status: 0, stdout: '', stderr: '' });
  await waitFor('the idle engine has ended', async () => (await processesIn(box.home)).length === 0);
  expect(existsSync(socket())).toBe(false);
});

test('a command has one engine from its beginning to its end, however soon engines end that are idle', async () => {
  await box.write('echo.py', MODELS['echo.py']);
  for (let round = 0; round < 4; round++) {
    const line = ['model', round === 0 ? 'add' : 'verify', 'echo', ...(round === 0 ? ['echo.py'] : [])];
    const { status: exit, stderr } = await box.fastscore(line, { env: { FASTSCORE_IDLE: '1ms' } });
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
  }
});

test('an engine that does not end is given up, with what it runs', async () => {
  await box.write('echo.py', MODELS['echo.py']);
  await box.ok('model', 'add', 'echo', 'echo.py');
  await box.ok('job', 'run', 'echo', 'rest:', 'discard:');
  const jobs = JSON.parse(await box.ok('job', 'status', '--json')) as { jets: { pid: number }[] };
  const { pid } = await status();
  process.kill(pid!, 'SIGSTOP');
  try {
    const stopped = await box.fastscore(['engine', 'stop', '--timeout', '0.5']);
    expect(stopped).toEqual({
      status: 7,
      stdout: '',
      stderr:
        `Error: Your engine (process ${pid}) still runs 0.5 s after it was told to end\n` +
        `Try: kill -9 ${pid}, which ends its jets too\n`,
    });
  } finally {
    process.kill(pid!, 'SIGCONT');
  }
  // It hears then what it was told.
  await waitFor('the engine has ended', async () => (await processesIn(box.home)).length === 0);
  expect(jobs.jets).toHaveLength(1);
});

test('the log tells of failures, dead jets and refused snapshots, without records and secrets', async () => {
  await box.write('fail.py', 'def action(x):\n    raise ValueError("wrong, password=open-sesame")\n');
  await box.write('die.py', 'import os\ndef action(x):\n    os._exit(3)\n');
  await box.write('sum.py', MODELS['sum.py']);
  for (const name of ['fail', 'die', 'sum']) await box.ok('model', 'add', name, `${name}.py`);
  await box.fastscore(['job', 'run', 'fail', 'inline:"a-record"', 'discard:', '--wait']);
  await box.ok('engine', 'reset');
  await box.fastscore(['job', 'run', 'die', 'inline:"a-record"', 'discard:', '--wait']);
  await box.ok('engine', 'reset');
  await box.ok('job', 'run', 'sum', 'inline:1,2', 'discard:', '--wait');
  await box.ok('engine', 'reset');
  await damage(join(box.home, 'catalog', 'snapshots', 'sum'));
  expect((await box.fastscore(['snapshot', 'restore', 'sum'])).status).toBe(1);
  const text = await readFile(join(box.home, 'engine.log'), 'utf8');
  expect(text).toMatch(/^\S+Z engine-1 runs 'fail'$/m);
  expect(text).toMatch(
    / engine-1 error: MODEL_FAILED: .*\n {4}Traceback .*\n {6}File "__model.py", line 2, in action\n/,
  );
  expect(text).toMatch(/ engine-1 notice: A jet ended unexpectedly: exit status 3 \(jet 1, process \d+\); another /);
  expect(text).toMatch(/ engine-1 error: JET_CRASHED: Jets died 4 times /);
  expect(text).toMatch(/ engine-1 error: A snapshot is not restored: /);
  expect(text).not.toContain('a-record');
  expect(text).not.toContain('open-sesame');
});

test('an engine that cannot start says why', async () => {
  const env = { FASTSCORE_IDLE: 'soon' };
  expect(await box.fastscore(['stream', 'list'], { env })).toEqual({
    status: 3,
    stdout: '',
    stderr: `Error: Your engine could not be started: FASTSCORE_IDLE is 'soon'\nHint: Seconds or a number with a unit, such as 30s, 15m or 2h, or never\n`,
  });
});

test('an engine of another release is refused, and engine stop ends it', async () => {
  await mkdir(join(box.home, 'run'), { recursive: true, mode: 0o700 });
  const old = createServer(answerAs('1.9.9', () => old.close()));
  await new Promise<void>((resolve) => old.listen(socket(), resolve));
  expect(await box.fastscore(['stream', 'list'])).toEqual({
    status: 3,
    stdout: '',
    stderr: `Error: The running engine is of release 1.9.9, this is ${release}\nTry: fastscore engine stop\n`,
  });
  expect(await box.ok('engine', 'stop', '-v')).toBe('Engine stopped\n');
  expect(await box.ok('stream', 'list')).toBe('');
});

test('a server of another major release is refused', async () => {
  const old = createServer(answerAs('1.10', () => {}));
  await new Promise<void>((resolve) => old.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(old.address() as AddressInfo).port}`;
  const { status: exit, stderr } = await box.fastscore(['model', 'list', '--url', url]);
  old.close();
  expect(exit).toBe(3);
  expect(stderr).toContain(`Error: The server at ${url} is of release 1.10, this client is of release ${release}\n`);
});

test('a directory that others can enter is refused', async () => {
  await mkdir(join(box.home, 'run'), { recursive: true, mode: 0o755 });
  const { status: exit, stderr } = await box.fastscore(['stream', 'list']);
  expect(exit).toBe(3);
  expect(stderr).toContain(`must be yours and closed to others\nTry: chmod 700 ${join(box.home, 'run')}`);
});

test('a server on TCP is connected to, and left again', async () => {
  await writeFile(join(box.directory, 'token'), 's3cret-s3cret-s3cret\n');
  let address = '';
  const serve = ['serve', '--listen', '127.0.0.1:0', '--token-file', 'token'];
  let stop = (): void => {};
  const served = box.fastscore(serve, {
    onStart: (child) => {
      stop = () => void child.kill('SIGTERM');
      child.stderr?.on('data', (text: Buffer) => {
        address ||= /Listening on (\S+)/.exec(text.toString())?.[1] ?? '';
      });
    },
  });
  await waitFor('the server listens', () => address !== '');
  expect(await box.fastscore(['connect', address])).toMatchObject({ status: 4, stdout: '' });
  expect(await box.ok('connect', address, '--token-file', 'token', '-v')).toBe(
    `Waiting...\nConnected to FastScore proxy at ${address}\n`,
  );
  expect(statSync(join(box.home, 'connection.json')).mode & 0o777).toBe(0o600);
  expect(await box.ok('connect')).toBe(`${address}\n`);
  expect(await box.ok('fleet')).toMatch(/\nengine-1 +engine +ok\n/);
  expect(await box.fastscore(['engine', 'stop'])).toMatchObject({ status: 6, stdout: '' });
  stop();
  expect(await served).toMatchObject({ status: 0, stdout: '' });
  expect(await box.fastscore(['fleet'])).toMatchObject({ status: 3, stdout: '' });
  expect(await box.ok('connect', '--embedded', '-v')).toBe('Commands go to your own engine\n');
});

test('a server is not opened to others without a token', async () => {
  const { status: exit, stderr } = await box.fastscore(['serve', '--listen', '0.0.0.0:0']);
  expect(exit).toBe(4);
  expect(stderr).toContain('Without a token the server listens on this machine only');
});

/** Changes a value in the one snapshot of a folder. */
async function damage(folder: string): Promise<void> {
  const [file = ''] = await readdir(folder);
  const path = join(folder, file);
  await writeFile(path, (await readFile(path, 'utf8')).replace('"value":3', '"value":4'));
}

/** Answers every request as an engine of that release tells its health. */
function answerAs(itsRelease: string, onPost: () => void): RequestListener {
  return (request, response) => {
    if (request.method === 'POST') onPost();
    response.setHeader('connection', 'close').end(JSON.stringify({ id: 'x', release: itsRelease, built_on: 'x' }));
  };
}
