import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { openTestInput } from '../conformance/streams/input-transports.ts';
import { nextItem, readAll, textsOf } from './read-all.ts';

const list = (...Data: string[]): object => ({ Transport: { Type: 'inline', Data } });

test('records in each encoding have its form', async () => {
  for (const [Encoding, form] of [
    [null, 'bytes'],
    ['utf-8', 'text'],
    ['json', 'json'],
  ] as const) {
    const stream = await openTestInput({ ...list('1', '22'), Encoding });
    expect(stream.form).toBe(form);
    const item = await nextItem(stream);
    expect(item).toMatchObject({ kind: 'batch', records: { form, count: 2 } });
    if (item.kind === 'batch') {
      expect(item.records.data.toString()).toBe(form === 'json' ? '1\n22\n' : '122');
      expect(item.records.lengths).toEqual(form === 'json' ? null : Uint32Array.of(1, 2));
    }
  }
});

test('how many records come at a time is what the descriptor says, if it says so', async () => {
  const Data = Array.from({ length: 3000 }, (_, index) => String(index));
  for (const [Batching, most] of [
    [undefined, 3000],
    ['normal', 3000],
    ['explicit', 3000],
    [{ Watermark: 700 }, 700],
    [{ NagleTime: 5 }, 1000],
    [null, 1],
  ] as const) {
    const stream = await openTestInput({ Transport: { Type: 'inline', Data }, Encoding: 'json', Batching });
    expect(await nextItem(stream, 5000)).toMatchObject({ kind: 'batch', records: { count: most } });
  }
});

test('the listener is called for rejects alone too', async () => {
  const bad = Buffer.from([0xff]).toString('base64');
  const stream = await openTestInput({ Transport: { Type: 'inline', DataBinary: [bad] }, Encoding: 'utf-8' });
  const { items, rejects } = await readAll(stream);
  expect(items.map(({ kind }) => kind)).toEqual(['eof']);
  expect(rejects).toEqual([{ by: 'encoding', slot: 0, seqno: 1, text: '\ufffd', reason: 'not valid UTF-8' }]);
  expect(stream.takeRejects()).toEqual([]);
});

test('reading stops while too many rejects wait', async () => {
  let produced = 0;
  const stdin = new Readable({
    read() {
      produced += 1;
      this.push(produced > 200 ? null : Buffer.alloc(10_000, Buffer.from([0xff, 0x0a])));
    },
  });
  const stream = await openTestInput({ Transport: 'stdin', Encoding: 'utf-8' }, { stdin });
  let rejected = 0;
  await new Promise<void>((resolve) => {
    stream.onReady(() => {
      const rejects = stream.takeRejects();
      expect(rejects.length).toBeLessThan(25_000);
      rejected += rejects.length;
      if (stream.take(1)?.kind === 'eof') resolve();
    });
  });
  expect(rejected).toBe(1_000_000);
});

test('a position of another kind than the transport has is refused', async () => {
  await expect(openTestInput(list('1'), { position: { byte: 3 } })).rejects.toMatchObject({
    code: 'BAD_INPUT',
    message: 'inline data cannot go on from position {"byte":3}',
  });
  await expect(openTestInput({ Transport: 'REST' }, { position: { record: 3 } })).rejects.toThrow('cannot go on');
});

test('a position goes before SkipTo and SkipToRecord', async () => {
  const stream = await openTestInput({ ...list('1', '2', '3'), SkipToRecord: 1 }, { position: { record: 2 } });
  expect((await readAll(stream)).records).toEqual(['3']);
});

test('record sets wait for NagleTime by the clock that is given, and are ready then', async () => {
  const timers: (() => void)[] = [];
  const stream = await openTestInput(
    { Transport: 'REST', Batching: { NagleTime: 500, Watermark: null } },
    {
      recordsets: true,
      setTimer: (run) => {
        timers.push(run);
        return () => {};
      },
    },
  );
  await stream.push!(Buffer.from('1'));
  await stream.push!(Buffer.from('2'));
  const taken = nextItem(stream);
  expect(stream.take(10)).toBeUndefined();
  expect(timers).toHaveLength(1);
  timers[0]!();
  const item = await taken;
  expect(item.kind === 'batch' && textsOf(item.records)).toEqual(['1', '2']);
});

test('without record sets NagleTime delays nothing', async () => {
  const stream = await openTestInput({ Transport: 'REST', Batching: { NagleTime: 1_000_000 } });
  await stream.push!(Buffer.from('1'));
  const item = await nextItem(stream);
  expect(item.kind === 'batch' && textsOf(item.records)).toEqual(['1']);
});

test('a new listener is told what there is', async () => {
  const stream = await openTestInput(list('1'));
  await new Promise<void>((resolve) => stream.onReady(resolve));
  await new Promise<void>((resolve) => stream.onReady(resolve));
  expect(stream.take(1)?.kind).toBe('batch');
});
