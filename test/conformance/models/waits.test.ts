import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { cellKey } from '../../../src/core/state/key.ts';
import type { Limits } from '../../../src/engine/limits.ts';
import type { WaitStatus } from '../../../src/engine/types.ts';
import { describeWithPython } from '../../languages.ts';
import { temporaryFolder } from '../../util/temporary-folder.ts';
import type { TestEngine } from './model-run.ts';
import { end, failure, openEngine } from './model-run.ts';

/** One jet takes a key and keeps it until the file `go` is there; the others want it. */
const holding = (go: string): string => `
import fastscore, os, time
total = fastscore.Cell('total')
def slow(n):
    while not os.path.exists('${go}'):
        time.sleep(0.01)
    return (n or 0) + 1
def action(x):
    total.update(slow if x == 0 else lambda n: (n or 0) + 1)
    yield x
`;

const RECORDS = 200;

async function runHolding(limits: Partial<Limits>, jets = 2): Promise<{ engine: TestEngine; go: () => Promise<void> }> {
  const path = join(temporaryFolder(), 'go');
  const engine = await openEngine({ limits });
  await engine.scale(jets);
  await engine.load({ name: 'model', mtype: 'python3', source: Buffer.from(holding(path)) });
  await engine.attach(1, { name: 'out', descriptor: { Transport: 'discard', Encoding: 'json' } });
  const rest = { Transport: 'REST', Encoding: 'json', Batching: { Watermark: 1 } };
  await engine.attach(0, { name: 'in', descriptor: rest });
  for (let record = 0; record < RECORDS; record += 1) await engine.input(0, Buffer.from(String(record)));
  // Jets may pass the key on before the first record has it.
  await vi.waitFor(() => expect(slowWait(engine)?.ms).toBeGreaterThan(300), { timeout: 20_000 });
  return { engine, go: () => writeFile(path, '') };
}

/** That for the key, which the jet with the first record has. */
function slowWait(engine: TestEngine): WaitStatus | undefined {
  const { waits, jets } = engine.status();
  const slow = jets.find(({ work }) => work?.records?.seqno === 1);
  return waits.find(({ on }) => slow !== undefined && on.includes(slow.number));
}

const logged = ({ messages }: TestEngine): string[] =>
  messages.flatMap((message) => (message.type === 'log' ? [message.text] : []));

const rejection = (promise: Promise<unknown>) =>
  promise.then(
    () => null,
    ({ code, message }: { code: string; message: string }) => `${code}: ${message}`,
  );

describeWithPython('a jet that keeps a key for long', () => {
  test('is shown with the record that it is at, and with those who wait for the key', async () => {
    const { engine, go } = await runHolding({});
    const wait = slowWait(engine);
    const holder = wait?.on[0];
    expect(wait).toMatchObject({ for: 'key', key: cellKey('total'), waiting: [3 - (holder ?? 0)], limitMs: null });
    const jet = engine.status().jets.find(({ number }) => number === holder);
    expect(jet?.work).toMatchObject({ doing: 'batch', records: { slot: 0, seqno: 1 } });
    await go();
    await vi.waitFor(() => expect(engine.stateValues()).toEqual({ 'cell total': RECORDS }), { timeout: 20_000 });
    expect(engine.status().waits).toEqual([]);
  });

  test('is warned of after five seconds, once', async () => {
    const { engine, go } = await runHolding({}, 3);
    const warning =
      /^Jets \d, \d have waited 5(\.\d)? s for cell 'total', which jet \d has, at records? 1.* of slot 0 for .* s$/;
    await vi.waitFor(() => expect(logged(engine)).toEqual([expect.stringMatching(warning)]), { timeout: 20_000 });
    const since = performance.now();
    await vi.waitUntil(() => performance.now() - since > 2500, { timeout: 5000 });
    expect(logged(engine)).toHaveLength(1);
    await go();
  });

  test('fails the run when a limit is set for that', async () => {
    const { engine } = await runHolding({ key: 2000 });
    expect(await end(engine)).toBe('error');
    expect(failure(engine)).toMatchObject({
      code: 'TIMED_OUT',
      message: expect.stringMatching(
        /^Jet \d has waited .* s for cell 'total', which jet \d has, at record.*; the limit is 2 s$/,
      ),
    });
  });

  test('does not keep a snapshot for ever, nor the records of other jets', async () => {
    const { engine, go } = await runHolding({ snapshot: 300 });
    const givenUp = /^TIMED_OUT: The snapshot has been given up after 0\.3 s: still at work: jet \d, at record/;
    expect(await rejection(engine.snapshot('request'))).toMatch(givenUp);
    expect(await rejection(engine.snapshot('request', undefined, 50))).toMatch(/given up after 0\.1 s: still/);
    expect(await engine.snapshots.list('model')).toEqual([]);
    await go();
    await vi.waitFor(() => expect(engine.stateValues()).toEqual({ 'cell total': RECORDS }), { timeout: 20_000 });
    const { id } = await engine.snapshot('request');
    expect(await engine.snapshots.list('model')).toMatchObject([{ id }]);
  });

  test('keeps nobody outside waiting beyond the limit, and what was given up is not done later', async () => {
    const { engine, go } = await runHolding({ state: 200 });
    const total = cellKey('total');
    const busy =
      /^TIMED_OUT: Nothing has been changed: cell 'total' is not free after 0\.2 s; jet \d has it, at record/;
    const setting = rejection(engine.setState(total, '-1000'));
    await vi.waitFor(() =>
      expect(engine.status().waits).toContainEqual(expect.objectContaining({ for: 'state', key: total })),
    );
    expect(await setting).toMatch(busy);
    expect(await rejection(engine.deleteState(total))).toMatch(busy);
    await go();
    await vi.waitFor(() => expect(engine.stateValues()).toEqual({ 'cell total': RECORDS }), { timeout: 20_000 });
  });

  test('lets a new model wait no longer than records may, and the old one goes on', async () => {
    const { engine, go } = await runHolding({ snapshot: 300 });
    const other = { name: 'other', mtype: 'python3', source: Buffer.from('def action(x):\n    yield -x\n') };
    expect(await rejection(engine.load(other))).toMatch(/^TIMED_OUT: The new model has been given up after 0\.3 s/);
    await go();
    await vi.waitFor(() => expect(engine.stateValues()).toEqual({ 'cell total': RECORDS }), { timeout: 20_000 });
    expect(engine.status().model?.name).toBe('model');
  });

  test('does not keep the job from being stopped', async () => {
    const { engine } = await runHolding({});
    await engine.reset();
    expect(engine.status()).toMatchObject({ state: 'init', jets: [], waits: [] });
  });
});

describeWithPython('a model that does not get on', () => {
  const load = async (engine: TestEngine, source: string) => {
    await engine.attach(1, { name: 'out', descriptor: { Transport: 'discard', Encoding: 'json' } });
    const inline = { Type: 'inline', Data: ['1', '2'] };
    await engine.attach(0, { name: 'in', descriptor: { Transport: inline, Encoding: 'json' } });
    await engine.load({ name: 'model', mtype: 'python3', source: Buffer.from(source) });
  };

  test.each([
    [
      'start',
      'import time\ndef begin():\n    time.sleep(600)\ndef action(x):\n    yield x\n',
      /has not started after .*in begin/,
    ],
    [
      'end',
      'import time\ndef action(x):\n    time.sleep(600)\n    yield x\n',
      /not come to its end after .*at records? 1/,
    ],
    [
      'end',
      'import time\ndef action(x):\n    yield x\ndef end():\n    time.sleep(600)\n',
      /not come to its end .*in end/,
    ],
  ] as const)('at its %s fails the run when a limit is set for that', async (limit, source, message) => {
    const engine = await openEngine({ limits: { [limit]: 1500 } });
    await engine.scale(2);
    await load(engine, source);
    expect(await end(engine)).toBe('error');
    expect(failure(engine)).toMatchObject({ code: 'TIMED_OUT', message: expect.stringMatching(message) });
  });

  test('in begin of new jets is told to whoever scales, and they go on to start', async () => {
    const go = join(temporaryFolder(), 'go');
    const engine = await openEngine();
    const wait = `while fastscore.Cell('n').add(1) > 1 and not os.path.exists('${go}'):\n        time.sleep(0.01)`;
    const source = `import fastscore, os, time\ndef begin():\n    ${wait}\ndef action(x):\n    yield x\n`;
    await engine.attach(1, { name: 'out', descriptor: { Transport: 'discard', Encoding: 'json' } });
    await engine.attach(0, { name: 'in', descriptor: { Transport: 'REST', Encoding: 'json' } });
    await engine.load({ name: 'model', mtype: 'python3', source: Buffer.from(source) });
    expect(await rejection(engine.scale(2, 1500))).toMatch(
      /^TIMED_OUT: There are 2 jets in place of 2 after 1\.5 s: still at work: jet 2, (in begin|loading)/,
    );
    await writeFile(go, '');
    await vi.waitFor(() => expect(engine.status().jets.map(({ state }) => state)).toEqual(['idle', 'idle']), {
      timeout: 20_000,
    });
  });
});

test('the number of jets is for the next run, and one after a reset', async () => {
  const engine = await openEngine();
  await engine.scale(3);
  expect(engine.status().scale).toBe(3);
  await engine.reset();
  expect(engine.status().scale).toBe(1);
});
