import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { SnapshotHeader } from '../../../src/core/snapshot/format.ts';
import { readSnapshot } from '../../../src/core/snapshot/read.ts';
import { encodeSnapshot } from '../../../src/core/snapshot/write.ts';
import type { Entry } from '../../../src/core/state/entry.ts';
import { cellKey, itemKey } from '../../../src/core/state/key.ts';
import { jsonValue } from '../../../src/core/state/value.ts';
import { bytesOf, inPieces } from './bytes.ts';

/**
 * Users keep snapshots for years. This file was written by the first release of format version 1 and is never written again:
 * when one of these tests fails, the code is wrong, or the format needs a new version number and this one stays readable.
 */
const golden = readFileSync(join(import.meta.dirname, 'golden', 'version-1.snapshot'));

const header: SnapshotHeader = {
  id: 'k3v9qd2m',
  model: 'gr\u00fc\u00dfe/tally "2"',
  created: '2026-03-01T08:30:00.123Z',
  engine: '2.0.0',
  trigger: 'eof',
  records: { in: { '0': 3, '2': 9007199254740991 }, out: { '1': 3, '11': 0 } },
  positions: { '0': { byte: 42 }, '2': { 'topic/0': 17, 'topic/1': null } },
  misc: 'bye \u262e',
};

const pickled = Buffer.from('gASVCQAAAAAAAACPlChLAUsCkC4=', 'base64');

const entries: readonly Entry[] = [
  [cellKey(''), jsonValue('null')],
  [cellKey('big'), jsonValue('-123456789012345678901234567890')],
  [cellKey('flag'), jsonValue('true')],
  [cellKey('float'), jsonValue('6.0')],
  [cellKey('seen'), { json: '[1,2]', native: { language: 'python', data: pickled } }],
  [cellKey('small'), jsonValue('1e-9')],
  [cellKey('\u00fc'), jsonValue('"\\u00fc\\u262e\\ud83d\\ude00 \\"\\\\/\\n\\u0000\\u007f"')],
  [cellKey('\ud83d\ude00'), jsonValue('{"b":[{}],"a":[]}')],
  [cellKey('\uffff'), { json: null, native: { language: 'python', data: Buffer.alloc(0) } }],
  [itemKey('counter', 'x'), jsonValue('3')],
  [itemKey('counter', 'y "z"\n'), jsonValue('0')],
  [itemKey('counter 2', 'x'), { json: null, native: { language: 'R', data: Buffer.from([88, 10, 0, 255]) } }],
];

test('a snapshot of the first release of version 1 reads as it always did', async () => {
  expect(await readSnapshot(inPieces(golden))).toMatchObject({ header, entries, hasNative: true });
});

test('the same data is written as it always was', async () => {
  expect((await bytesOf(encodeSnapshot(header, [entries]))).toString('latin1')).toBe(golden.toString('latin1'));
});
