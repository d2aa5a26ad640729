import { expect, test } from 'vitest';
import { describeWithR } from '../../languages.ts';
import { runSets, SET } from './run-sets.ts';

const language = 'R';
const ECHO = '# fastscore.recordsets.$all: yes\naction <- function(d) emit(d)\n';
/** Emits what the model sees of each set as text. */
const SHOW = (expression: string) => `# fastscore.recordsets.0: yes\naction <- function(d) emit(${expression})\n`;

describeWithR('record sets in R', () => {
  test('are one call of the action each, data frames of objects with their columns in order', async () => {
    const source = SHOW('list(class(d), names(d), nrow(d), sum(d$x))');
    const input = ['{"x":1,"b":"u"}', '{"x":2,"b":"v"}', SET, '{"x":5,"b":"w"}'];
    const { outputs } = await runSets({ language, source, inputs: { 0: input } });
    expect(outputs[0]).toEqual(['["data.frame",["x","b"],2,3]', '["data.frame",["x","b"],1,5]']);
  });

  test('are a matrix of arrays, a matrix with one column of scalars, and an empty data frame of nothing', async () => {
    const source = SHOW('list(class(d)[1], dim(d), typeof(d[seq_along(d)]))');
    const input = ['[1,2,3]', '[4,5,6]', SET, '"a"', '"b"', SET, SET, 'true'];
    const { outputs } = await runSets({ language, source, inputs: { 0: input } });
    expect(outputs[0]).toEqual([
      '["matrix",[2,3],"double"]',
      '["matrix",[2,1],"character"]',
      '["data.frame",[0,0],"list"]',
      '["matrix",[1,1],"logical"]',
    ]);
  });

  test('come back as they were, each closed by a marker', async () => {
    const input = [
      ...['{"10":1,"9":"a","n":{"k":[1,2]},"z":null}', '{"10":2.5,"9":null,"n":null,"z":true}', SET],
      ...['[1,2]', '[3,4]', SET],
      ...['1', 'null', '3', SET],
      ...['"a"', 'null', SET],
      ...['true', 'null', SET],
      ...['[1,"a",[2,3]]', SET],
      ...['9007199254740993', 'null', '-9007199254740995', SET],
      ...['[9007199254740993,1]', '[2,12345678901234567890]', SET],
      ...['{"id":9007199254740993}', '{"id":1}', '{"id":null}', SET],
      SET,
    ];
    const { outputs, state } = await runSets({ language, source: ECHO, inputs: { 0: input } });
    expect(state).toBe('finished');
    expect(outputs[0]).toEqual(input);
  });

  test('an array of one element comes back as a scalar, as a matrix with one column does', async () => {
    const { outputs } = await runSets({ language, source: ECHO, inputs: { 0: ['[2]', '[3]'] } });
    expect(outputs[0]).toEqual(['2', '3', SET]);
  });

  test('records that are not like the first of their set are rejected, with their number', async () => {
    const input = ['{"x":1}', '2', '{"x":3}', 'oops'];
    const { outputs, engine } = await runSets({ language, source: ECHO, inputs: { 0: input } });
    expect(outputs[0]).toEqual(['{"x":1}', '{"x":3}', SET]);
    expect(engine.status().slots[0]?.rejects).toMatchObject([
      { by: 'encoding', seqno: 2, text: '2', reason: 'the first record of its set is an object, this one is not' },
      { by: 'encoding', seqno: 4, text: 'oops' },
    ]);
  });

  test('are what Watermark says, also when the stream was there before the model', async () => {
    const source =
      '# fastscore.recordsets.0: yes\naction <- function(d, slot, seqno) emit(list(nrow(d), slot, seqno))\n';
    const batching = { Watermark: 2, NagleTime: null };
    const inputs = { 0: ['1', '2', '3', '4', '5'] };
    for (const streamsFirst of [false, true]) {
      const { outputs } = await runSets({ language, source, inputs, batching, streamsFirst });
      expect(outputs[0]).toEqual(['[2,0,1]', '[2,0,3]', '[1,0,5]']);
    }
  });

  test('may go in without going out, and out without going in', async () => {
    const source = [
      '# fastscore.recordsets.1: yes',
      'action <- function(x) {',
      '  emit(data.frame(n = c(x, x + 1), f = factor("u"), stringsAsFactors = FALSE))',
      '  emit(matrix(1:4, 2))',
      '  emit(c(7, 8))',
      '  emit(data.frame())',
      '}',
    ].join('\n');
    const { outputs } = await runSets({ language, source, inputs: { 0: ['1'] } });
    const frame = ['{"n":1,"f":"u"}', '{"n":2,"f":"u"}', SET];
    expect(outputs[0]).toEqual([...frame, '[1,3]', '[2,4]', SET, '7', '8', SET, SET]);
  });

  test('texts are a column, and leave with a marker of their encoding', async () => {
    const { outputs } = await runSets({ language, source: ECHO, encoding: 'utf-8', inputs: { 0: ['a', 'ž'] } });
    expect(outputs[0]).toEqual(['a', 'ž', '\u262efastscore.set']);
  });

  test('what is no record set fails the model in words', async () => {
    const source = '# fastscore.recordsets.1: yes\naction <- function(x) emit(list(1))\n';
    const { state, engine } = await runSets({ language, source, inputs: { 0: ['1'] } });
    expect(state).toBe('error');
    expect(engine.status().failure?.message).toContain('slot 1 takes record sets: emit a data frame');
  });
});
