import { constants } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openNamedPipes } from '../../../src/jets/named-pipes.ts';

test('no ring of the bell is lost, however many there are before the jet listens', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'fastscore-pipes-'));
  const pipes = await openNamedPipes(directory);
  onTestFinished(async () => {
    pipes.input.destroy();
    pipes.output.destroy();
    pipes.release();
    await rm(directory, { recursive: true });
  });
  // More than a pipe holds.
  const rings = 100_000;
  for (let ring = 0; ring < rings; ring++) pipes.ring();
  const listener = await open(pipes.bellPath, constants.O_RDONLY);
  const buffer = Buffer.alloc(rings);
  for (let heard = 0; heard < rings; ) heard += (await listener.read(buffer, 0, rings - heard)).bytesRead;
  await listener.close();
});

test("rings after the end of the channel are nobody's business", async () => {
  const directory = await mkdtemp(join(tmpdir(), 'fastscore-pipes-'));
  const pipes = await openNamedPipes(directory);
  onTestFinished(() => rm(directory, { recursive: true }));
  const closed = new Promise((resolve) => pipes.input.once('close', resolve));
  pipes.input.destroy();
  pipes.output.destroy();
  pipes.release();
  pipes.ring();
  await closed;
  expect(() => pipes.ring()).not.toThrow();
});
