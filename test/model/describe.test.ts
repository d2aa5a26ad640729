import { describe, expect, test } from 'vitest';
import { describeModel } from '../../src/model/describe.ts';
import { countLines } from '../../src/model/source.ts';
import { failureOf } from './failure-of.ts';

const bytes = (text: string, encoding: BufferEncoding = 'utf8') => Buffer.from(text, encoding);

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
    snapshots: 'eof',
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

describe('sources', () => {
  test.each(['', ' \n\t\n', '\uFEFF'])('%j is refused as empty', (source) => {
    expect(failureOf(() => describeModel(bytes(source), 'R'))).toMatchObject({
      code: 'MODEL_INVALID',
      message: 'The source is empty',
    });
  });

  test('a binary file is refused with the place of its first zero byte', () => {
    expect(failureOf(() => describeModel(bytes('# abc\n', 'utf16le'), 'R'))).toMatchObject({
      code: 'MODEL_INVALID',
      message: 'The source is not a text file: there is a zero byte at offset 1',
    });
  });

  test('a source in an 8-bit encoding keeps its annotations', () => {
    const source = bytes('# -*- coding: latin-1 -*-\n# é\n# fastscore.schema.0: x\n', 'latin1');
    expect(describeModel(source, 'python').slots[0]?.schema).toBe('x');
  });

  test('a byte order mark hides no annotation', () => {
    expect(describeModel(bytes('\uFEFF# fastscore.schema.0: x'), 'python').slots[0]?.schema).toBe('x');
  });

  test('lines of source are its newlines', () => {
    expect(['', 'a', 'a\n', '\n\n', 'a\r\nb\r\nc'].map((source) => countLines(bytes(source)))).toEqual([0, 0, 1, 2, 2]);
  });
});
