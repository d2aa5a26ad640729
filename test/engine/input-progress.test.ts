import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { InputProgress } from '../../src/engine/input-progress.ts';
import type { InputPosition, OutputStream } from '../../src/streams/types.ts';
import type { Deferred } from '../../src/util/deferred.ts';
import { createDeferred } from '../../src/util/deferred.ts';

/** An output that acknowledges when it is told to. */
function createOutput(): { stream: OutputStream; answers: Deferred<boolean>[] } {
  const answers: Deferred<boolean>[] = [];
  const acknowledged = (): Promise<boolean> => {
    const answer = createDeferred<boolean>();
    answers.push(answer);
    return answer.promise;
  };
  return { stream: { acknowledged } as OutputStream, answers };
}

function createProgress(): { progress: InputProgress; committed: () => number[] } {
  const positions: InputPosition[] = [];
  const progress = new InputProgress((position) => positions.push(position));
  return { progress, committed: () => positions.map((position) => ('record' in position ? position.record : -1)) };
}

test('an input is told positions in order, and none before all up to there is done and acknowledged', async () => {
  const step = fc.record({ what: fc.constantFrom('work', 'acknowledge'), pick: fc.nat(100) });
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 12 }), fc.array(step, { maxLength: 60 }), async (count, steps) => {
      const { progress, committed } = createProgress();
      const { stream, answers } = createOutput();
      const pieces = Array.from({ length: count }, (_, i) => ({
        number: i + 1,
        piece: progress.take({ record: i + 1 }),
      }));
      const working = [...pieces];
      const waiting: { number: number; answer: Deferred<boolean> }[] = [];
      const through = new Set<number>();
      for (const { what, pick } of steps) {
        if (what === 'work' && working.length > 0) {
          const [{ number, piece }] = working.splice(pick % working.length, 1) as [(typeof pieces)[number]];
          progress.done(piece, [stream]);
          waiting.push({ number, answer: answers.at(-1)! });
        } else if (what === 'acknowledge' && waiting.length > 0) {
          const [{ number, answer }] = waiting.splice(pick % waiting.length, 1) as [(typeof waiting)[number]];
          answer.resolve(true);
          through.add(number);
        }
        await new Promise(setImmediate);
        const upTo = pieces.findIndex(({ number }) => !through.has(number));
        expect(committed().at(-1) ?? 0).toBe(upTo === -1 ? count : upTo);
        expect(committed()).toEqual([...committed()].sort((a, b) => a - b));
      }
    }),
    { numRuns: 50 },
  );
});

test('what never reaches an output keeps the place, whatever is done behind it', async () => {
  const { progress, committed } = createProgress();
  const { stream, answers } = createOutput();
  progress.pass({ record: 1 });
  const [lost, done] = [progress.take({ record: 2 }), progress.take({ record: 3 })];
  progress.done(lost, [stream]);
  progress.done(done, []);
  answers[0]!.resolve(false);
  await progress.known();
  expect(committed()).toEqual([1]);
});

test('what becomes of work is known when all outputs that it went to have said so', async () => {
  const { progress, committed } = createProgress();
  const [first, second] = [createOutput(), createOutput()];
  progress.done(progress.take({ record: 1 }), [first.stream, second.stream]);
  const known = progress.known();
  first.answers[0]!.resolve(true);
  await new Promise(setImmediate);
  expect(committed()).toEqual([]);
  second.answers[0]!.resolve(true);
  await known;
  expect(committed()).toEqual([1]);
});
