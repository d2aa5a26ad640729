import { PassThrough, Readable, Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { openTestInput } from '../../conformance/streams/input-transports.ts';
import { openTestOutput } from '../../conformance/streams/output-transports.ts';
import { readAll, recordsOf } from '../read-all.ts';

test('stdin may come as text or as bytes, the last line without its end', async () => {
  for (const stdin of [Readable.from(['1\n', '2']), Readable.from([Buffer.from('1\n2')])]) {
    expect((await readAll(await openTestInput({ Transport: 'stdin' }, { stdin }))).records).toEqual(['1', '2']);
  }
});

test('stdin is read only as fast as it is taken', async () => {
  let produced = 0;
  const line = Buffer.from(`"${'x'.repeat(10_000)}"\n`);
  const stdin = new Readable({
    read() {
      produced += line.length;
      this.push(produced > 20_000_000 ? null : line);
    },
  });
  const bufferBytes = 100_000;
  const stream = await openTestInput({ Transport: 'stdin' }, { stdin, bufferBytes });
  let taken = 0;
  await new Promise<void>((resolve) => {
    stream.onReady(() => {
      // What was produced is taken, or waits in the buffer, the framer or Node's own buffer.
      expect(produced - taken).toBeLessThan(bufferBytes + 3 * 65_536 + 2 * line.length);
      const item = stream.take(7);
      if (item?.kind === 'batch') taken += item.records.data.length;
      while (!stream.ended) {
        const next = stream.take(7);
        if (next === undefined) return;
        if (next.kind === 'batch') taken += next.records.data.length;
      }
      resolve();
    });
  });
  expect(taken).toBeGreaterThan(19_000_000);
});

test('stdout is written but never ended: it belongs to the process', async () => {
  const stdout = new PassThrough();
  const stream = await openTestOutput({ Transport: 'stdout' }, { stdout });
  await stream.write(recordsOf('json', ['1']));
  await stream.close();
  expect(stdout.read().toString()).toBe('1\n');
  expect(stdout.writableEnded).toBe(false);
});

test('a reader of stdout that has gone is the end of the output, not a failure', async () => {
  const gone = Object.assign(new Error('broken pipe'), { code: 'EPIPE' });
  const stdout = new Writable({ write: (_chunk, _encoding, done) => done(gone) });
  const stream = await openTestOutput({ Transport: 'stdout' }, { stdout });
  let hasFailed = false;
  stream.onError(() => {
    hasFailed = true;
  });
  await stream.write(recordsOf('json', ['1']));
  expect(stream.ended).toBe(true);
  await stream.write(recordsOf('json', ['2']));
  await stream.close();
  expect(hasFailed).toBe(false);
});

test('stdin is no output and stdout no input', async () => {
  await expect(openTestOutput({ Transport: 'stdin' })).rejects.toMatchObject({
    code: 'BAD_DESCRIPTOR',
    message: "Transport 'stdin' cannot be used for output",
    hint: 'Slot 1 is an output slot',
  });
  await expect(openTestInput({ Transport: 'stdout' })).rejects.toThrow("Transport 'stdout' cannot be used for input");
});
