import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { FastScoreError } from '../../../src/core/errors.ts';
import { recordsOf } from '../../streams/read-all.ts';
import { OUTPUT_CASES } from './output-transports.ts';

const BATCHES = Array.from({ length: 50 }, (_, i) => [`{"n":${i}}`, `"${'é'.repeat(i * 100)}"`, `${i}`]);

describe.each(OUTPUT_CASES)('output over $name', ({ open }) => {
  test('writes in the order of the calls, and close waits for all of it', async () => {
    const { stream, received } = await open();
    const sizes = BATCHES.map((batch) => stream.write(recordsOf('json', batch)));
    await stream.close();
    expect(await received()).toBe(`${BATCHES.flat().join('\n')}\n`);
    for (const size of await Promise.all(sizes)) expect(size).toBeGreaterThan(0);
  });

  test('writes control records between the records around them', async () => {
    const { stream, received } = await open();
    await Promise.all([
      stream.write(recordsOf('json', ['1'])),
      stream.control({ kind: 'set' }),
      stream.write(recordsOf('json', ['2'])),
      stream.control({ kind: 'pig', id: 7, timestamp: 8, misc: 'm' }),
    ]);
    await stream.close();
    expect(await received()).toBe('1\n{"$fastscore":"set"}\n2\n{"$fastscore":"pig","id":7,"timestamp":8,"misc":"m"}\n');
  });

  test('writes nothing for an empty batch and nothing after close', async () => {
    const { stream, received } = await open();
    expect(await stream.write(recordsOf('json', []))).toBe(0);
    await Promise.all([stream.close(), stream.close()]);
    expect(await stream.write(recordsOf('json', ['1']))).toBe(0);
    await stream.control({ kind: 'set' });
    await stream.close();
    expect(await received()).toBe('');
  });

  test('is ended when it has been closed and everything is consumed', async () => {
    const { stream, received } = await open();
    await stream.write(recordsOf('json', ['1']));
    expect(stream.ended).toBe(false);
    await stream.close();
    await received();
    expect(stream.ended).toBe(true);
  });
});

describe.each(OUTPUT_CASES.flatMap(({ openSlow, ...rest }) => (openSlow ? [{ openSlow, ...rest }] : [])))(
  'output over $name to a slow reader',
  ({ openSlow, waitsForReader = false }) => {
    test('makes the writer wait until there is room', async () => {
      const { stream, resume } = await openSlow();
      const batch = recordsOf('json', [`"${'x'.repeat(1024 * 1024)}"`]);
      let waiting = 0;
      const writes = Array.from({ length: 20 }, async () => {
        waiting += 1;
        await stream.write(batch);
        waiting -= 1;
      });
      for (let turn = 0; turn < 100; turn++) await setImmediate();
      expect(waiting).toBeGreaterThan(10);
      resume();
      await Promise.all(writes);
      expect(waiting).toBe(0);
    });

    test('lets waiting writers go when it is closed', async () => {
      const { stream, resume } = await openSlow();
      const batch = recordsOf('json', [`"${'x'.repeat(1024 * 1024)}"`]);
      const writes = Array.from({ length: 20 }, () => stream.write(batch));
      const closed = stream.close();
      if (waitsForReader) resume();
      await Promise.all([...writes, closed]);
    });
  },
);

describe.each(OUTPUT_CASES.flatMap(({ name, openFailing }) => (openFailing ? [{ name, openFailing }] : [])))(
  'output over $name that fails',
  ({ openFailing }) => {
    test('tells it once, to a listener that comes late too, and holds up no writer', async () => {
      const stream = await openFailing();
      const batch = recordsOf('json', [`"${'x'.repeat(1024 * 1024)}"`]);
      await Promise.all([stream.write(batch), stream.write(batch)]);
      const errors: FastScoreError[] = [];
      await new Promise<void>((resolve) => {
        stream.onError((error) => {
          errors.push(error);
          resolve();
        });
      });
      stream.onError((error) => errors.push(error));
      expect(await stream.write(batch)).toBe(0);
      await stream.close();
      expect(errors).toHaveLength(1);
      expect(errors[0]).toMatchObject({ code: 'STREAM_FAILED' });
      expect(errors[0]!.message).toMatch(/^Stream at slot 1 failed: .+: .+/);
    });
  },
);
