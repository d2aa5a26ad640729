import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { WritableOutput } from '../../../src/streams/transports/writable-output.ts';

test('a write that nobody has taken yet is let go when the output is closed', async () => {
  const warnings: string[] = [];
  const nobodyReads = new PassThrough({ readableObjectMode: true, readableHighWaterMark: 1 });
  const output = new WritableOutput(nobodyReads, {
    dataRoot: null,
    position: null,
    stdout: process.stdout,
    onWarning: () => {},
    onLost: (text) => warnings.push(text),
    onTrouble: () => {},
    onReject: () => {},
    onFailure: (error) => warnings.push(String(error)),
  });
  const writes = [1, 2, 3].map((byte) => output.write([Buffer.of(byte)]));
  await Promise.all([...writes, output.close(0)]);
  expect(warnings).toEqual([expect.stringMatching(/bytes were not written within LingerTime/)]);
});
