import { expect, test } from 'vitest';
import { recordLines } from '../../src/streams/record-lines.ts';

async function read(format: 'csv' | 'jsons', ...chunks: Buffer[]): Promise<string[]> {
  const source = (async function* () {
    yield* chunks;
  })();
  const lines: string[] = [];
  for await (const line of recordLines(source, { format, schema: null })) {
    lines.push(Buffer.isBuffer(line) ? line.toString() : line.reason);
  }
  return lines;
}

test('lines of JSON and rows of CSV come in their order, with why one cannot be read', async () => {
  expect(await read('jsons', Buffer.from('1\n\n[2,'), Buffer.from('3]\n'))).toEqual(['1\n', '[2,3]\n']);
  expect(await read('csv', Buffer.from('a,b\r1,2\r3\r4,5'))).toEqual([
    '{"a":"1","b":"2"}\n',
    'the row has 1 values for 2 fields',
    '{"a":"4","b":"5"}\n',
  ]);
});

test('what cannot be read at all is told', async () => {
  await expect(read('jsons', Buffer.from('\ufeff1\n', 'utf16le'))).rejects.toThrow('only UTF-8 is read');
  await expect(read('csv', Buffer.from('a,a\n1,2\n'))).rejects.toThrow("two columns have the name 'a'");
});
