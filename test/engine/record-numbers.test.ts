import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RecordNumbers } from '../../src/engine/record-numbers.ts';
import { openEngine, run } from '../conformance/models/model-run.ts';
import { describeWithPython } from '../languages.ts';

test('the number of a record is its place in the stream, whatever was left out before it, and how far the stream reads ahead', () => {
  const places = fc.array(fc.record({ isKept: fc.boolean(), isBatchEnd: fc.boolean(), readAhead: fc.nat(4) }));
  fc.assert(
    fc.property(places, fc.nat(3), (records, before) => {
      const numbers = new RecordNumbers(before);
      const kept: number[] = [];
      let told = 0;
      let taken = 0;
      for (const [at, { isKept, isBatchEnd, readAhead }] of records.entries()) {
        for (; told < Math.min(records.length, at + 1 + readAhead); told++) {
          if (!records[told]!.isKept) expect(numbers.leftOut(told + 1)).toBe(before + told + 1);
        }
        if (isKept) kept.push(at + 1);
        if (!isBatchEnd) continue;
        const batch = kept.slice(taken);
        const numberAt = numbers.taken(batch.length);
        expect(batch.map((_, index) => numberAt(index))).toEqual(batch.map((place) => before + place));
        taken = kept.length;
      }
    }),
  );
});

test('several records that cannot be told apart take as many numbers', () => {
  const numbers = new RecordNumbers(10);
  expect(numbers.leftOut(3, 5)).toBe(13);
  const first = numbers.taken(4);
  expect([0, 1, 2, 3].map(first)).toEqual([11, 12, 18, 19]);
  expect(numbers.leftOut(10, 2)).toBe(20);
  expect(numbers.taken(1)(0)).toBe(22);
});

describeWithPython('records that are rejected', () => {
  test('show their own numbers, also several in a row', async () => {
    const engine = await openEngine();
    const model = { python: '# fastscore.schema.0: int\ndef action(x):\n    yield x\n', R: '' };
    const input = ['"a"', '"b"', '1', '{', '"c"', '2', '"d"'];
    const { outputs } = await run(engine, { language: 'python', model, input });
    expect(outputs[0]).toEqual(['1', '2']);
    const [slot] = engine.status().slots;
    expect(slot!.rejects.map(({ seqno, text }) => [seqno, text])).toEqual([
      [1, '"a"'],
      [2, '"b"'],
      [4, '{'],
      [5, '"c"'],
      [7, '"d"'],
    ]);
  });
});
