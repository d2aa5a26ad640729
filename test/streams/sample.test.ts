import { expect, test } from 'vitest';
import { parseDescriptor } from '../../src/streams/descriptor.ts';
import { parseLiteral } from '../../src/streams/literal.ts';
import { sampleStream } from '../../src/streams/sample.ts';

test('a sample is the first records of a stream, control records left out', async () => {
  const data = ['1', '{"$fastscore":"set"}', '2', '{"$fastscore":"pig"}', '3', '4'];
  const descriptor = parseDescriptor({ Transport: { Type: 'inline', Data: data }, Encoding: 'json' });
  expect(await texts(sampleStream(descriptor, 3))).toEqual(['1', '2', '3']);
  expect(await texts(sampleStream(descriptor, 0))).toEqual([]);
});

test('a stream that ends before has a smaller sample', async () => {
  expect(await texts(sampleStream(parseDescriptor(parseLiteral('inline:1,2')), 10))).toEqual(['1', '2']);
});

test('an endless stream is sampled and left', async () => {
  expect(await texts(sampleStream(parseDescriptor(parseLiteral('exec:yes 1')), 5))).toEqual(['1', '1', '1', '1', '1']);
});

test('a stream that gives nothing has an empty sample when the time is over', async () => {
  expect(await sampleStream(parseDescriptor(parseLiteral('rest:')), 5, { waitMs: 10 })).toEqual([]);
});

test('a stream that cannot be read cannot be sampled', async () => {
  await expect(sampleStream(parseDescriptor(parseLiteral('file:/nowhere')), 5)).rejects.toThrow(
    "Unable to open stream at slot 0: file '/nowhere': no such file or directory",
  );
  await expect(sampleStream(parseDescriptor(parseLiteral('exec:false')), 5)).rejects.toThrow(
    "Stream at slot 0 failed: exec 'false': ended with status 1",
  );
});

async function texts(sample: Promise<Buffer[]>): Promise<string[]> {
  return (await sample).map(String);
}
