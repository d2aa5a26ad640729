import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { ReadableInput } from '../../../src/streams/transports/readable-input.ts';

test('what had come before a stream broke is read first', async () => {
  const stream = new PassThrough();
  const input = new ReadableInput(stream);
  stream.write('1\n');
  stream.write('2\n');
  expect(String((await input.read())![0])).toBe('1\n2\n');
  stream.write('3\n');
  stream.write('4\n');
  stream.destroy(new Error('broken'));
  expect(String((await input.read())![0])).toBe('3\n4\n');
  await expect(input.read()).rejects.toThrow('broken');
});

test('a stream that is closed before its end is no end', async () => {
  const stream = new PassThrough();
  const input = new ReadableInput(stream);
  const reading = input.read();
  stream.destroy();
  await expect(reading).rejects.toThrow('the stream was closed before its end');
});

test('closing ends a read that waits', async () => {
  const input = new ReadableInput(new PassThrough());
  const reading = input.read();
  await input.close();
  expect(await reading).toBeNull();
  expect(await input.read()).toBeNull();
});

test('a stream at its end gives what is left, then its end again and again', async () => {
  const stream = new PassThrough();
  const input = new ReadableInput(stream);
  stream.end('1\n');
  expect(String((await input.read())![0])).toBe('1\n');
  expect(await input.read()).toBeNull();
  expect(await input.read()).toBeNull();
});
