import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import type { Sandbox } from '../e2e/support/sandbox.ts';
import { openSandbox } from '../e2e/support/sandbox.ts';

/** What no process here could hold: memory tells whether any of it is held. */
const GIGABYTE = 1_000_000_000;
const MOST_MEGABYTES = 400;
const BLOCK = Buffer.alloc(1024 * 1024, 'x');

/** Writes a beginning, so many bytes of `x`, and an end; all in hexadecimal but the number. */
const GENERATOR = `import { once } from 'node:events';
const [head, size, tail] = process.argv.slice(2);
const block = Buffer.alloc(${BLOCK.length}, 'x');
process.stdout.on('error', () => process.exit());
process.stdout.write(Buffer.from(head, 'hex'));
for (let left = Number(size); left > 0; left -= block.length) {
  if (!process.stdout.write(block.subarray(0, left))) await once(process.stdout, 'drain');
}
process.stdout.write(Buffer.from(tail, 'hex'));
`;
const ECHO = 'def action(x):\n    yield x\n';
const TALLY = `import fastscore
count = fastscore.cells('count')
def action(x):
    count.update(lambda n: (n or 0) + 1)
def end():
    yield count.get()
`;
const ROW = { type: 'record', name: 'row', fields: [{ name: 'a', type: 'string' }] };
const hex = (text: string): string => Buffer.from(text).toString('hex');

let sandbox: Sandbox;

beforeEach(async () => {
  sandbox = await openSandbox({ 'generate.mjs': GENERATOR, 'echo.py': ECHO, 'tally.py': TALLY });
});
afterEach(() => sandbox.close());

interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly megabytes: number;
}

async function run(model: string, descriptor: object): Promise<Ran> {
  await sandbox.write('in.json', JSON.stringify(descriptor));
  let megabytes = 0;
  let timer: NodeJS.Timeout | undefined;
  const finished = await sandbox.fastscore(['run', model, 'in.json', '-'], {
    onStart: (child) => {
      timer = setInterval(async () => {
        const text = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '');
        megabytes = Math.max(megabytes, Number(/^VmHWM:\s+(\d+)/m.exec(text)?.[1] ?? 0) / 1000);
      }, 50);
    },
  });
  clearInterval(timer);
  return { ...finished, megabytes };
}

const made = (head: string, size: number, tail: string): object => ({
  Transport: { Type: 'exec', Run: process.execPath, Args: ['generate.mjs', head, String(size), tail] },
});

test.each([
  ['json', 'a line', { Encoding: 'json' }, hex('1\n"'), hex('"\n2\n'), '1\n2\n'],
  ['csv', 'a cell', { Encoding: 'csv', Schema: ROW }, hex('a\none\n"'), hex('"\ntwo\n'), '{"a":"one"}\n{"a":"two"}\n'],
  ['json', 'an input without an envelope', { Encoding: 'json', Envelope: null }, hex('"'), hex('"'), ''],
])('%s: %s of a gigabyte is rejected, and not held in memory', async (_, _what, form, head, tail, expected) => {
  const { status, stdout, stderr, megabytes } = await run('echo.py', { ...made(head, GIGABYTE, tail), ...form });
  expect(stderr).toContain('record is longer than 67108864 bytes');
  expect(stderr).toContain('1 record of slot 0 was rejected');
  expect({ status, stdout }).toEqual({ status: 0, stdout: expected });
  expect(megabytes).toBeLessThan(MOST_MEGABYTES);
});

test.each([
  ['msgpack', null, '01db3b9aca00', 1],
  ['avro-binary', 'string', '026180a8d6b907', 2],
])('%s: a value of a gigabyte ends the stream, which says where it begins', async (encoding, schema, head, at) => {
  const { status, stderr, megabytes } = await run('echo.py', {
    ...made(head, GIGABYTE, ''),
    Encoding: encoding,
    Schema: schema,
  });
  expect(stderr).toContain(`the record at byte ${at} is longer than 67108864 bytes`);
  expect(status).not.toBe(0);
  expect(megabytes).toBeLessThan(MOST_MEGABYTES);
});

test('http: a chunk of a gigabyte is rejected, and not held in memory', async () => {
  const server = createServer((request) => {
    const { socket } = request;
    socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n1\r\n');
    socket.write(`${GIGABYTE.toString(16)}\r\n`);
    let left = GIGABYTE;
    const send = (): void => {
      while (left > 0) {
        const piece = BLOCK.subarray(0, left);
        left -= piece.length;
        if (!socket.write(piece)) {
          socket.once('drain', send);
          return;
        }
      }
      socket.end('\r\n1\r\n2\r\n0\r\n\r\n');
    };
    send();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const { status, stdout, stderr, megabytes } = await run('echo.py', {
    Transport: { Type: 'HTTP', Url: url, Chunked: true },
    Encoding: 'json',
  });
  expect(stderr).toContain('record is longer than 67108864 bytes');
  expect({ status, stdout }).toEqual({ status: 0, stdout: '1\n2\n' });
  expect(megabytes).toBeLessThan(MOST_MEGABYTES);
});

test('a gigabyte of records goes through in the memory of a few', async () => {
  const line = `${JSON.stringify({ id: 1, text: 'x'.repeat(1000) })}\n`;
  const count = Math.floor(GIGABYTE / line.length);
  await sandbox.write(
    'lines.mjs',
    `import { once } from 'node:events';
const block = ${JSON.stringify(line)}.repeat(100);
for (let i = 0; i < ${Math.floor(count / 100)}; i++) if (!process.stdout.write(block)) await once(process.stdout, 'drain');
`,
  );
  const { status, stdout, megabytes } = await run('tally.py', {
    Transport: { Type: 'exec', Run: process.execPath, Args: ['lines.mjs'] },
    Encoding: 'json',
  });
  expect({ status, stdout }).toEqual({ status: 0, stdout: `${Math.floor(count / 100) * 100}\n` });
  expect(megabytes).toBeLessThan(MOST_MEGABYTES);
});
