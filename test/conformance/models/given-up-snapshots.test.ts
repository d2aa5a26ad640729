import { expect, test, vi } from 'vitest';
import { describeWithPython, describeWithR } from '../../languages.ts';
import type { ModelPair, TestEngine, TestLanguage } from './model-run.ts';
import { end, load, openEngine } from './model-run.ts';

/** Counts its records, tells when it is at 1500, and goes no further by itself. */
const stuck: ModelPair = {
  python: `
import fastscore, time
total = fastscore.Cell('total')
def action(x):
    total.update(lambda n: (n or 0) + 1)
    if x == 1500:
        print('at 1500', flush=True)
        time.sleep(600)
    yield x
`,
  R: `
library(fastscore)
action <- function(x) {
  Update(Cell('total'), function(n) sum(n, 1))
  if (x == 1500) {
    print('at 1500')
    Sys.sleep(600)
  }
  emit(x)
}
`,
};

/** The same, but that it fails when it has waited long enough for a snapshot to be asked for. */
const failing: ModelPair = {
  python: stuck.python.replace('time.sleep(600)', "time.sleep(1)\n        raise ValueError('no more')"),
  R: stuck.R.replace('Sys.sleep(600)', "Sys.sleep(1)\n    stop('no more')"),
};

const input = Array.from({ length: 5000 }, (_, index) => String(index));

async function startUntilStuck(language: TestLanguage, model: ModelPair): Promise<TestEngine> {
  const engine = await openEngine();
  await load(engine, { language, model, input: [] });
  await engine.attach(1, { name: 'out', descriptor: { Transport: 'discard', Encoding: 'json' } });
  const transport = { Type: 'inline', Data: input };
  await engine.attach(0, { name: 'in', descriptor: { Transport: transport, Encoding: 'json' } });
  await vi.waitFor(() => expect(printed(engine)).toContain('at 1500'), { timeout: 50_000 });
  return engine;
}

const printed = ({ messages }: TestEngine): string =>
  messages.map((message) => (message.type === 'model-console' ? message.text : '')).join('\n');

/** The process of a jet that has a batch. */
function busyOtherThan(engine: TestEngine, seen: ReadonlySet<number>): number {
  const jet = engine.status().jets.find(({ pid, state }) => state === 'busy' && !seen.has(pid));
  if (jet === undefined) throw new Error('no jet has the batch');
  return jet.pid;
}

/** What becomes of a snapshot that is asked for now. */
const asked = (engine: TestEngine) =>
  engine.snapshot('request').then(
    ({ id }) => id,
    (error: Error) => error.message,
  );

const GIVEN_UP =
  /^The snapshot has been given up: the run has ended in the middle of a batch( \(jet 1, at records? .* of slot 0 for .* s\))?$/;

for (const [language, describeLanguage] of [
  ['python', describeWithPython],
  ['R', describeWithR],
] as [TestLanguage, typeof describeWithR][]) {
  describeLanguage(`a snapshot that waits for a batch of a model in ${language}`, () => {
    test('is given up when the job is stopped', async () => {
      const engine = await startUntilStuck(language, stuck);
      const snapshot = asked(engine);
      await vi.waitFor(() => expect(engine.status().waits).toMatchObject([{ for: 'snapshot', on: [1] }]));
      await engine.reset();
      expect(await snapshot).toMatch(GIVEN_UP);
      expect(await engine.snapshots.list('model')).toEqual([]);
    });

    test('is given up when the model fails, and none is taken of what the run has left behind', async () => {
      const engine = await startUntilStuck(language, failing);
      const snapshot = asked(engine);
      expect(await end(engine)).toBe('error');
      expect(await snapshot).toMatch(GIVEN_UP);
      expect(await asked(engine)).toMatch(/ended in the middle of a batch/);
      expect(await engine.snapshots.list('model')).toEqual([]);
    });

    test('is given up when jets die too often', async () => {
      const engine = await startUntilStuck(language, stuck);
      const snapshot = asked(engine);
      const seen = new Set<number>();
      while (seen.size < 4) {
        const pid = await vi.waitFor(() => busyOtherThan(engine, seen), { timeout: 30_000 });
        seen.add(pid);
        process.kill(pid, 'SIGKILL');
      }
      expect(await end(engine)).toBe('error');
      expect(await snapshot).toMatch(/^The snapshot has been given up/);
      expect(await asked(engine)).toMatch(/ended in the middle of a batch/);
      expect(await engine.snapshots.list('model')).toEqual([]);
    });

    test('is given up when the engine ends', async () => {
      const engine = await startUntilStuck(language, stuck);
      const snapshot = asked(engine);
      await engine.close();
      expect(await snapshot).toMatch(GIVEN_UP);
      expect(await engine.snapshots.list('model')).toEqual([]);
    });

    test('by the clock is given up when the job is stopped, and told as one that could not be taken', async () => {
      const rule = '# fastscore.snapshots: every 300ms\n';
      const engine = await startUntilStuck(language, { python: rule + stuck.python, R: rule + stuck.R });
      const before = await engine.snapshots.list('model');
      await vi.waitFor(() => expect(engine.status().waits).toMatchObject([{ for: 'snapshot' }]), { timeout: 10_000 });
      await engine.reset();
      await vi.waitFor(() =>
        expect(engine.messages).toContainEqual(
          expect.objectContaining({ type: 'log', text: expect.stringMatching(GIVEN_UP) }),
        ),
      );
      expect(await engine.snapshots.list('model')).toEqual(before);
    });
  });
}

describeWithPython('snapshots in line', () => {
  test('are given up with the run that they were asked of', async () => {
    const engine = await startUntilStuck('python', stuck);
    const snapshots = [asked(engine), asked(engine), asked(engine)];
    await engine.reset();
    await load(engine, { language: 'python', model: stuck, input: [] });
    for (const snapshot of await Promise.all(snapshots)) expect(snapshot).toMatch(/^The snapshot has been given up/);
    expect(await engine.snapshots.list('model')).toEqual([]);
  });
});
