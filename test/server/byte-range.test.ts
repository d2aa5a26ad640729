import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rangeOf } from '../../src/server/byte-range.ts';
import { buildServer } from './build-server.ts';
import { sampleSnapshot } from './sample-snapshot.ts';

describe('a range of bytes', () => {
  test.each([
    ['bytes=0-0', { start: 0, end: 0 }],
    ['bytes=2-', { start: 2, end: 9 }],
    ['bytes=-3', { start: 7, end: 9 }],
    ['bytes=-30', { start: 0, end: 9 }],
    ['bytes=5-500', { start: 5, end: 9 }],
    ['bytes=10-', 'beyond'],
    ['bytes=-0', 'beyond'],
    ['bytes=5-2', null],
    ['bytes=0-1,3-4', null],
    ['bytes=-', null],
    ['lines=0-1', null],
    ['', null],
  ])('%j of ten', (header, range) => {
    expect(rangeOf(header, 10)).toEqual(range);
  });

  test('never leaves what there is', () => {
    const number = fc.oneof(fc.constant(''), fc.nat().map(String));
    fc.assert(
      fc.property(number, number, fc.nat({ max: 100 }), (first, last, size) => {
        const range = rangeOf(`bytes=${first}-${last}`, size);
        if (range === null || range === 'beyond') return;
        expect(range.start).toBeGreaterThanOrEqual(0);
        expect(range.start).toBeLessThanOrEqual(range.end);
        expect(range.end).toBeLessThan(size);
      }),
    );
  });
});

test('the contents of a snapshot come in pieces that make up the whole', async () => {
  const built = await buildServer();
  const bytes = await sampleSnapshot();
  const path = '/1/model/m/snapshot/abcd1234';
  await built.app.inject({
    method: 'PUT',
    url: path,
    payload: bytes,
    headers: { 'content-type': 'application/octet-stream' },
  });
  const piece = (range: string) => built.app.inject({ url: `${path}/contents`, headers: { range } });
  const [head, tail] = [await piece('bytes=0-99'), await piece('bytes=100-')];
  expect([head.statusCode, head.headers['content-range']]).toEqual([206, `bytes 0-99/${bytes.length}`]);
  expect(Buffer.concat([head.rawPayload, tail.rawPayload])).toEqual(bytes);
  const beyond = await piece(`bytes=${bytes.length}-`);
  expect([beyond.statusCode, beyond.body, beyond.headers['content-range']]).toEqual([
    416,
    '',
    `bytes */${bytes.length}`,
  ]);
  const whole = await built.app.inject({ url: `${path}/contents` });
  expect([whole.statusCode, whole.headers['accept-ranges'], whole.rawPayload.equals(bytes)]).toEqual([
    200,
    'bytes',
    true,
  ]);
  await built.close();
});
