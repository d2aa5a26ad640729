import { expect, test } from 'vitest';
import { openTestInput } from '../../conformance/streams/input-transports.ts';
import { openTestOutput } from '../../conformance/streams/output-transports.ts';
import { nextItem, readAll, textsOf } from '../read-all.ts';

const list = (...Data: string[]): object => ({ Transport: { Type: 'inline', Data } });

test('an item of a list is a record, a string is cut by the envelope', async () => {
  const asList = await openTestInput({ ...list('a\nb', 'c'), Encoding: 'utf-8' });
  expect((await readAll(asList)).records).toEqual(['a\nb', 'c']);
  const asText = await openTestInput({ Transport: { Type: 'inline', Data: 'a\nb' }, Encoding: 'utf-8' });
  expect((await readAll(asText)).records).toEqual(['a', 'b']);
});

test('binary data is base64', async () => {
  const DataBinary = [Buffer.from([0, 1]).toString('base64'), ''];
  const stream = await openTestInput({ Transport: { Type: 'inline', DataBinary }, Encoding: null });
  expect((await readAll(stream)).records).toEqual(['\0\x01', '']);
});

test.each([
  [undefined, ['1', '2', '3']],
  ['earliest', ['1', '2', '3']],
  [1, ['2', '3']],
  [9, []],
  ['latest', []],
])('SkipToRecord %s begins there', async (SkipToRecord, expected) => {
  const json = { ...list('1', '2', '3'), ...(SkipToRecord === undefined ? {} : { SkipToRecord }) };
  expect((await readAll(await openTestInput(json))).records).toEqual(expected);
});

test('SkipTo begins at a byte of a string', async () => {
  const json = { Transport: { Type: 'inline', Data: '1\n2\n3\n' }, SkipTo: 2 };
  expect((await readAll(await openTestInput(json))).records).toEqual(['2', '3']);
});

test('data that are shorter than where a run should go on are refused', async () => {
  await expect(openTestInput(list('1', '2'), { position: { record: 3 } })).rejects.toThrow(
    'has 2 records, and is to be read on behind record 3',
  );
  expect((await readAll(await openTestInput(list('1', '2'), { position: { record: 2 } }))).records).toEqual([]);
  const text = { Transport: { Type: 'inline', Data: '1\n2\n' } };
  await expect(openTestInput(text, { position: { byte: 5 } })).rejects.toThrow(
    'has 4 bytes, and is to be read on behind byte 5',
  );
});

test('positions are records: the next one to read, control records counted', async () => {
  const { items } = await readAll(await openTestInput(list('1', '{"$fastscore":"set"}', '2', '3')), 1);
  expect(items.map((item) => (item.kind === 'batch' ? item.position : null))).toEqual([
    { record: 1 },
    { record: 3 },
    { record: 4 },
    null,
  ]);
});

test('the example of record sets: set closes one, the end another', async () => {
  const json = { ...list('1', '2', '{"$fastscore":"set"}', '3'), Batching: 'explicit', Schema: 'int' };
  const { items } = await readAll(await openTestInput(json, { recordsets: true }));
  expect(items.map((item) => (item.kind === 'batch' ? textsOf(item.records) : item.kind))).toEqual([
    ['1', '2'],
    ['3'],
    'eof',
  ]);
});

test('looping data comes again and again, bounded by what is taken', async () => {
  const stream = await openTestInput({ ...list('1', '2', '3'), Loop: true }, { bufferBytes: 10_000 });
  const seen: string[] = [];
  while (seen.length < 3000) {
    const item = await nextItem(stream, 2);
    if (item.kind === 'batch') seen.push(...textsOf(item.records));
  }
  expect(seen.join('')).toBe('123'.repeat(1000).slice(0, seen.length));
});

test('inline data is no output', async () => {
  await expect(openTestOutput(list('1'))).rejects.toThrow("Transport 'inline' cannot be used for output");
});
