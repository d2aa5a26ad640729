import { describe, expect, test } from 'vitest';
import type { InputStream } from '../../../src/streams/types.ts';
import { readAll, readUntilFailure, textsOf } from '../../streams/read-all.ts';
import { INPUT_CASES } from './input-transports.ts';

const RECORDS = Array.from({ length: 5000 }, (_, i) => JSON.stringify({ n: i, text: 'é'.repeat(i % 7) }));

describe.each(INPUT_CASES)('input over $name', ({ open, isSeekable }) => {
  test('gives all records in order and then its end, once', async () => {
    const stream = await open(RECORDS);
    const { records, items, rejects } = await readAll(stream);
    expect(records).toEqual(RECORDS);
    expect(rejects).toEqual([]);
    expect(items.map(({ kind }) => kind).indexOf('eof')).toBe(items.length - 1);
    expect(stream.ended).toBe(true);
    expect(stream.take(1)).toBeUndefined();
  });

  test('gives the same to an engine that takes little and reads hardly ahead', async () => {
    const stream = await open(RECORDS.slice(0, 500), { bufferBytes: 1 });
    const { records, items } = await readAll(stream, 3);
    expect(records).toEqual(RECORDS.slice(0, 500));
    for (const item of items) if (item.kind === 'batch') expect(item.records.count).toBeLessThanOrEqual(3);
  });

  test('forms record sets of exactly Watermark records', async () => {
    const stream = await open(RECORDS.slice(0, 2500), { recordsets: true });
    const { records, items } = await readAll(stream);
    expect(records).toEqual(RECORDS.slice(0, 2500));
    const counts = items.map((item) => (item.kind === 'batch' ? item.records.count : item.kind));
    expect(counts).toEqual([1000, 1000, 500, 'eof']);
  });

  test('ends at once when there is nothing in it', async () => {
    const { items } = await readAll(await open([]));
    expect(items.map(({ kind }) => kind)).toEqual(['eof']);
  });

  test('ends at an end control record and ignores what follows', async () => {
    const end = '{"$fastscore":"end","id":7}';
    const { records, items } = await readAll(await open([...RECORDS.slice(0, 3), end, ...RECORDS.slice(3)]));
    expect(records).toEqual(RECORDS.slice(0, 3));
    expect(items.at(-1)).toEqual({ kind: 'eof', control: { kind: 'end', id: 7 } });
  });

  test('hands a pig on between the records around it', async () => {
    const pig = '{"$fastscore":"pig","id":7}';
    const { items } = await readAll(await open(['1', '2', pig, '3']));
    const seen = items.map((item) => (item.kind === 'batch' ? textsOf(item.records) : item));
    const at = seen.findIndex((item) => !Array.isArray(item));
    expect(seen[at]).toMatchObject({ kind: 'control', control: { kind: 'pig', id: 7 } });
    expect(seen.slice(0, at).flat()).toEqual(['1', '2']);
    expect(seen.slice(at + 1, -1).flat()).toEqual(['3']);
  });

  test('goes on at the position of a batch', async () => {
    const stream = await open(['1', '2', '{"$fastscore":"set"}', '3', '4', '5']);
    const { items } = await readAll(stream, 2);
    const second = items.filter((item) => item.kind === 'batch')[1]!;
    if (!isSeekable) {
      expect(second.position).toBeNull();
      return;
    }
    const { records } = await readAll(
      await open(['1', '2', '{"$fastscore":"set"}', '3', '4', '5'], { position: second.position }),
    );
    expect(records).toEqual(['5']);
  });

  test('calls the ready listener each time something can be taken after nothing could', async () => {
    const stream = await open(RECORDS, { bufferBytes: 1000 });
    const isTaken = await new Promise<boolean>((resolve) => {
      stream.onReady(() => {
        expect(stream.take(1)).toBeDefined();
        while (stream.take(1) !== undefined);
        if (stream.ended) resolve(true);
      });
    });
    expect(isTaken).toBe(true);
  });

  test('can be closed while it is read, twice, and gives nothing afterwards', async () => {
    const stream = await open(RECORDS, { bufferBytes: 1000 });
    await new Promise<void>((resolve) => stream.onReady(resolve));
    await assertCloses(stream);
  });

  test('can be closed at once', async () => {
    await assertCloses(await open(RECORDS));
  });
});

describe.each(INPUT_CASES.flatMap(({ name, openWaiting }) => (openWaiting ? [{ name, openWaiting }] : [])))(
  'input over $name that waits for data',
  ({ openWaiting }) => {
    test('has nothing to take, and can be closed', async () => {
      const stream = await openWaiting();
      expect(stream.take(1)).toBeUndefined();
      expect(stream.ended).toBe(false);
      await assertCloses(stream);
    });
  },
);

describe.each(INPUT_CASES.flatMap(({ name, openFailing }) => (openFailing ? [{ name, openFailing }] : [])))(
  'input over $name that fails',
  ({ openFailing }) => {
    test('tells it once, as the last that can be taken', async () => {
      const stream = await openFailing();
      const { error } = await readUntilFailure(stream);
      expect(error).toMatchObject({ code: 'STREAM_FAILED' });
      expect(error.message).toMatch(/^Stream at slot 0 failed: .+: .+/);
      expect(stream.trouble).toBe(error.message);
      await assertCloses(stream);
    });
  },
);

async function assertCloses(stream: InputStream): Promise<void> {
  await Promise.all([stream.close(), stream.close()]);
  await stream.close();
  expect(stream.take(1)).toBeUndefined();
}
