import { expect, test } from 'vitest';
import { describeModel } from '../../src/model/describe.ts';
import { NO_SNAPSHOTS } from '../../src/model/snapshot-rules.ts';
import { failureOf } from './failure-of.ts';

const bytes = (text: string) => Buffer.from(text);

test('a Python model is described', () => {
  const source =
    '# fastscore.input: int\n# fastscore.output: int\n# fastscore.snapshots: eof\ndef action(x):\n  yield x';
  expect(describeModel(bytes(source), 'python3')).toEqual({
    mtype: 'python3',
    language: 'python',
    sloc: 4,
    slots: [
      { slot: 0, schema: 'int', recordsets: false, action: 'action' },
      { slot: 1, schema: 'int', recordsets: false, action: null },
    ],
    explicit: false,
    snapshots: { ...NO_SNAPSHOTS, eof: true },
    attachedModules: [],
    warnings: [],
  });
});

test('an R model is described', () => {
  expect(describeModel(bytes('# fastscore.schema.0: x\r\naction <- emit\r\n'), 'R')).toMatchObject({
    language: 'R',
    sloc: 2,
    slots: [{ schema: 'x' }, { schema: null }],
  });
});

test('a model of a type that no jet runs is refused before its source is read', () => {
  expect(failureOf(() => describeModel(bytes(''), 'java')).code).toBe('MODEL_TYPE_UNSUPPORTED');
});

test('annotations count whatever the encoding of the source', () => {
  const latin = Buffer.from('# -*- coding: latin-1 -*-\n# \u00e9\n# fastscore.schema.0: x\n', 'latin1');
  expect(describeModel(latin, 'python').slots[0]?.schema).toBe('x');
  expect(describeModel(bytes('\uFEFF# fastscore.schema.0: x'), 'python').slots[0]?.schema).toBe('x');
});
