import { beforeAll, describe, expect, test, vi } from 'vitest';
import { runSets, SET } from '../../conformance/models/run-sets.ts';
import { installPandas } from './install-pandas.ts';

const language = 'python';
const ECHO = '# fastscore.recordsets.$all: yes\ndef action(d):\n    yield d\n';
const SHOW = (expression: string) =>
  `# fastscore.recordsets.0: yes\nimport pandas, numpy\ndef action(d):\n    yield ${expression}\n`;

beforeAll(async () => {
  vi.stubEnv('FASTSCORE_PYTHON', await installPandas());
});

describe('record sets in Python', () => {
  test('are one call of the action each, data frames of objects with their columns in order', async () => {
    const source = SHOW('[type(d).__name__, list(d.columns), len(d), int(d["x"].sum())]');
    const input = ['{"x":1,"b":"u"}', '{"x":2,"b":"v"}', SET, '{"x":5,"b":"w"}'];
    const { outputs } = await runSets({ language, source, inputs: { 0: input } });
    expect(outputs[0]).toEqual(['["DataFrame",["x","b"],2,3]', '["DataFrame",["x","b"],1,5]']);
  });

  test('are a matrix of arrays, a Series of scalars, and an empty data frame of nothing', async () => {
    const source = SHOW('[type(d).__name__, list(d.shape), str(getattr(d, "dtype", None))]');
    const input = ['[1,2,3]', '[4,5,6]', SET, '1', '2', SET, '1.5', '2', SET, SET, 'true', SET, '1', '"a"'];
    const { outputs } = await runSets({ language, source, inputs: { 0: input } });
    expect(outputs[0]).toEqual([
      '["matrix",[2,3],"int64"]',
      '["Series",[2],"int64"]',
      '["Series",[2],"float64"]',
      '["DataFrame",[0,0],"None"]',
      '["Series",[1],"bool"]',
      '["Series",[2],"object"]',
    ]);
  });

  test('come back as they were, each closed by a marker', async () => {
    const input = [
      ...['{"10":1,"9":"a","n":{"k":[1,2]},"z":null}', '{"10":2,"9":null,"n":null,"z":true}', SET],
      ...['[1,2]', '[3,4]', SET],
      ...['[2]', SET],
      ...['1', 'null', '3', SET],
      ...['"a"', 'null', SET],
      ...['true', 'null', SET],
      ...['[1,"a",[2,3]]', SET],
      ...['9223372036854775808', '-1', SET],
      ...['9007199254740993', 'null', '-9007199254740995', SET],
      ...['[9007199254740993,1]', '[2,12345678901234567890]', SET],
      ...['{"id":9007199254740993}', '{"id":1}', '{"id":null}', SET],
      SET,
    ];
    const { outputs, state, engine } = await runSets({ language, source: ECHO, inputs: { 0: input } });
    expect(engine.status().failure).toBeNull();
    expect(state).toBe('finished');
    expect(outputs[0]).toEqual(input);
  });

  test('records that are not like the first of their set are rejected, with their number', async () => {
    const input = ['{"x":1}', '2', '{"x":3}', 'oops'];
    const { outputs, engine } = await runSets({ language, source: ECHO, inputs: { 0: input } });
    expect(outputs[0]).toEqual(['{"x":1}', '{"x":3}', SET]);
    const rejects = engine.status().slots[0]?.rejects ?? [];
    expect(rejects.map(({ seqno, text }) => [seqno, text])).toEqual(
      expect.arrayContaining([
        [2, '2'],
        [4, 'oops'],
      ]),
    );
  });

  test('are what Watermark says, also when the stream was there before the model', async () => {
    const source = '# fastscore.recordsets.0: yes\ndef action(d, slot, seqno):\n    yield [len(d), slot, seqno]\n';
    const batching = { Watermark: 2, NagleTime: null };
    const inputs = { 0: ['1', '2', '3', '4', '5'] };
    for (const streamsFirst of [false, true]) {
      const { outputs } = await runSets({ language, source, inputs, batching, streamsFirst });
      expect(outputs[0]).toEqual(['[2,0,1]', '[2,0,3]', '[1,0,5]']);
    }
  });

  test('may go out in every shape, to any slot, with the name of an index', async () => {
    const source = [
      '# fastscore.recordsets.$out: yes',
      '# fastscore.slot.3: in-use',
      'import numpy, pandas',
      'def action(x):',
      '    frame = pandas.DataFrame({"n": [x, x + 1], "u": ["a", "b"]})',
      '    yield frame',
      '    frame["n"] = 0',
      '    yield (3, pandas.DataFrame({"v": [1.5, None]}, index=pandas.Index(["p", "q"], name="who")))',
      '    yield numpy.matrix([[1, 2], [3, 4]])',
      '    yield numpy.array([5, 6])',
      '    yield pandas.Series([7, 8])',
      '    yield pandas.DataFrame()',
      'def end():',
      '    return pandas.Series([9, 10])',
    ].join('\n');
    const { outputs, engine } = await runSets({ language, source, inputs: { 0: ['1'] }, outputs: [1, 3] });
    expect(engine.status().failure).toBeNull();
    const frame = ['{"n":1,"u":"a"}', '{"n":2,"u":"b"}', SET];
    expect(outputs[0]).toEqual([...frame, '[1,2]', '[3,4]', SET, '5', '6', SET, '7', '8', SET, SET, '9', '10', SET]);
    expect(outputs[1]).toEqual(['{"p":{"v":1.5}}', '{"q":{"v":null}}', SET]);
  });

  test('a data frame on a slot without record sets is its rows', async () => {
    const source = 'import pandas\ndef action(x):\n    return pandas.DataFrame({"n": [x, 2]})\n';
    const { outputs, engine } = await runSets({ language, source, inputs: { 0: ['1'] } });
    expect(outputs[0]).toEqual(['{"n":1}', '{"n":2}']);
    const warned = engine.messages.some(
      (message) => message.type === 'model-console' && /warning: slot 1/.test(message.text),
    );
    expect(warned).toBe(true);
  });

  test('texts are a Series, and leave with a marker of their encoding', async () => {
    const { outputs } = await runSets({ language, source: ECHO, encoding: 'utf-8', inputs: { 0: ['a', 'ž'] } });
    expect(outputs[0]).toEqual(['a', 'ž', '\u262efastscore.set']);
  });

  test('what is no record set fails the model in words, at its line', async () => {
    const source = '# fastscore.recordsets.1: yes\ndef action(x):\n    yield [1]\n';
    const { state, engine } = await runSets({ language, source, inputs: { 0: ['1'] } });
    expect(state).toBe('error');
    expect(engine.status().failure).toMatchObject({
      message:
        'The model failed in action: TypeError: a record set is a DataFrame, a Series or a matrix, not a value of type list',
    });
  });
});
