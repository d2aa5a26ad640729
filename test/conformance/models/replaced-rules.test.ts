import { expect, test } from 'vitest';
import { readSnapshot } from '../../../src/core/snapshot/read.ts';
import { describeWithPython, describeWithR } from '../../languages.ts';
import type { ModelPair, TestEngine } from './model-run.ts';
import { end, openEngine } from './model-run.ts';

const sum = (rules: string): ModelPair => ({
  python: `# fastscore.snapshots: ${rules}\nimport fastscore\ndef action(x):\n    fastscore.cells('sum').add(x)\n`,
  R: `# fastscore.snapshots: ${rules}\nlibrary(fastscore)\naction <- function(x) Add(Cell('sum'), x)\n`,
});

const suites = [
  ['python', describeWithPython],
  ['R', describeWithR],
] as const;

for (const [language, describeLanguage] of suites) {
  describeLanguage(`snapshot rules of a running model in ${language} that is replaced`, () => {
    const load = (engine: TestEngine, rules: string) =>
      engine.load({ name: 'model', mtype: language, source: Buffer.from(sum(rules)[language]) });

    const send = (engine: TestEngine, count: number) => engine.input(0, Buffer.from('1\n'.repeat(count)));

    async function hasDone(engine: TestEngine, count: number): Promise<void> {
      const done = () => engine.status().jetTotals.reduce((all, { records }) => all + records, 0);
      while (done() < count && engine.state === 'running') await new Promise((resolve) => setTimeout(resolve, 2));
    }

    const triggers = async (engine: TestEngine) =>
      Promise.all(
        (await engine.snapshots.list('model')).reverse().map(async ({ id }) => {
          const { header } = await readSnapshot(await engine.snapshots.open('model', id));
          return [header.trigger, header.records.in[0]];
        }),
      );

    test('are those of the model that runs: counts begin anew, and the last model decides about the end', async () => {
      const engine = await openEngine();
      await load(engine, 'every 10, eof');
      await engine.attach(1, { name: 'out', descriptor: { Transport: 'discard', Encoding: 'json' } });
      const rest = { Transport: { Type: 'REST', Mode: 'chunked' }, Encoding: 'json' };
      await engine.attach(0, { name: 'in', descriptor: rest });
      await send(engine, 15);
      await hasDone(engine, 15);
      await load(engine, 'every 20');
      await send(engine, 25);
      await hasDone(engine, 40);
      await load(engine, 'control');
      await engine.input(0, Buffer.from('1\n{"$fastscore":"snapshot"}\n1\n'));
      await hasDone(engine, 42);
      await load(engine, 'none');
      await engine.input(0, Buffer.from('1\n{"$fastscore":"snapshot"}\n{"$fastscore":"end"}\n'));
      expect(await end(engine)).toBe('finished');
      expect(await triggers(engine)).toEqual([
        ['every 10', 10],
        ['every 20', 35],
        ['control', 41],
      ]);
    });
  });
}
