import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseDescriptor } from '../../src/streams/descriptor.ts';
import { measureRate } from '../../src/streams/rate.ts';

test('the rate of a stream that ends is that of its records', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fastscore-rate-'));
  try {
    const path = join(folder, 'lines');
    await writeFile(path, '1234567\n'.repeat(50_000));
    const Transport = { Type: 'file', Path: path };
    const { rps, mbps } = await measureRate(parseDescriptor({ Transport, Envelope: 'delimited', Encoding: 'json' }));
    expect(rps).toBeGreaterThan(0);
    expect((mbps * 1024 * 1024) / rps).toBeCloseTo(8, 5);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('a stream on which nothing comes is given up after a while', async () => {
  const rate = await measureRate(parseDescriptor({ Transport: 'REST', Encoding: 'json' }), { spanMs: 50 });
  expect(rate).toEqual({ rps: 0, mbps: 0 });
});

test('what can only be written has no rate', async () => {
  await expect(measureRate(parseDescriptor({ Transport: 'discard' }))).rejects.toThrow(/discard/i);
});
