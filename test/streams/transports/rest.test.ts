import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { openTestInput } from '../../conformance/streams/input-transports.ts';
import { openTestOutput, pullAll } from '../../conformance/streams/output-transports.ts';
import { readAll, recordsOf } from '../read-all.ts';

const CHUNKED = { Transport: { Type: 'REST', Mode: 'chunked' } };
const LARGE = Buffer.from(`"${'x'.repeat(1024 * 1024)}"`);

test('in mode simple a body is a record, whatever is in it', async () => {
  const stream = await openTestInput({ Transport: 'REST', Encoding: 'utf-8' });
  for (const body of ['a\nb\n', '', 'c', '\u262efastscore.end']) await stream.push!(Buffer.from(body));
  expect((await readAll(stream)).records).toEqual(['a\nb\n', '', 'c']);
});

test('in mode chunked a body is any slice of the stream', async () => {
  const stream = await openTestInput(CHUNKED);
  for (const body of ['1\n2', '2\n', '', '33\n{"$fastscore":', '"end"}\n']) await stream.push!(Buffer.from(body));
  expect((await readAll(stream)).records).toEqual(['1', '22', '33']);
});

test('senders wait while too much is buffered, and go on when it is taken', async () => {
  const stream = await openTestInput({ Transport: 'REST' });
  let waiting = 0;
  const pushes = Array.from({ length: 30 }, async () => {
    waiting += 1;
    await stream.push!(LARGE);
    waiting -= 1;
  });
  for (let turn = 0; turn < 50; turn++) await setImmediate();
  expect(waiting).toBeGreaterThan(15);
  const reading = readAll(stream);
  await Promise.all(pushes);
  await stream.push!(Buffer.from('{"$fastscore":"end"}'));
  expect((await reading).records).toHaveLength(30);
});

test('senders that wait learn that the stream was closed', async () => {
  const stream = await openTestInput({ Transport: 'REST' });
  const pushes = Array.from({ length: 30 }, () => stream.push!(LARGE));
  const settled = Promise.allSettled(pushes);
  await stream.close();
  const failed = (await settled).filter(({ status }) => status === 'rejected');
  expect(failed.length).toBeGreaterThan(15);
  await expect(stream.push!(LARGE)).rejects.toMatchObject({
    code: 'STREAM_NOT_ATTACHED',
    message: 'The stream was closed before it took the data',
  });
});

test('what is sent after an end control record is dropped, its sender is not kept', async () => {
  const stream = await openTestInput({ Transport: 'REST' });
  await stream.push!(Buffer.from('{"$fastscore":"end"}'));
  await readAll(stream);
  for (let i = 0; i < 30; i++) await stream.push!(LARGE);
  expect(stream.take(1)).toBeUndefined();
});

test('a body that comes alone is takeable without delay', async () => {
  const stream = await openTestInput({ Transport: 'REST' });
  const ready = new Promise<void>((resolve) => stream.onReady(resolve));
  await stream.push!(Buffer.from('1'));
  await ready;
  expect(stream.take(10)?.kind).toBe('batch');
});

test('a fetch waits for a record, and gives up empty-handed', async () => {
  const stream = await openTestOutput({ Transport: 'REST' });
  expect(await stream.pull!(0)).toBe('empty');
  const fetches = [stream.pull!(20_000), stream.pull!(20_000)];
  await stream.write(recordsOf('json', ['1', '2', '3']));
  expect((await Promise.all(fetches)).map(String)).toEqual(['1', '2']);
  expect(String(await stream.pull!(0))).toBe('3');
});

test('records can be fetched after close, which waits for nobody', async () => {
  const stream = await openTestOutput({ Transport: 'REST', LingerTime: 60_000 });
  const writes = Array.from({ length: 8 }, (_, i) =>
    stream.write(recordsOf('json', [`"${i}${'x'.repeat(1024 * 1024)}"`])),
  );
  await stream.close();
  await Promise.all(writes);
  expect(stream.ended).toBe(false);
  expect((await pullAll(stream)).map((body) => body.slice(0, 2))).toEqual([
    '"0',
    '"1',
    '"2',
    '"3',
    '"4',
    '"5',
    '"6',
    '"7',
  ]);
  expect(stream.ended).toBe(true);
  expect(await stream.pull!(0)).toBe('eof');
});

test('fetches that wait learn of the end', async () => {
  const stream = await openTestOutput({ Transport: 'REST' });
  const fetches = [stream.pull!(60_000), stream.pull!(60_000)];
  await stream.close();
  expect(await Promise.all(fetches)).toEqual(['eof', 'eof']);
});

test('a reader that is always a little behind gets everything in order', async () => {
  const stream = await openTestOutput({ Transport: 'REST' });
  await stream.write(recordsOf('json', ['0', '1']));
  for (let i = 2; i < 5000; i++) {
    await stream.write(recordsOf('json', [`${i}`]));
    expect(String(await stream.pull!(0))).toBe(`${i - 2}`);
  }
});

test('in mode chunked a fetch gives what was written at once, separators included', async () => {
  const stream = await openTestOutput(CHUNKED);
  await stream.write(recordsOf('json', ['1', '2']));
  await stream.control({ kind: 'set' });
  await stream.close();
  expect(await pullAll(stream)).toEqual(['1\n2\n', '{"$fastscore":"set"}\n']);
});
