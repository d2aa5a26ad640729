import { expect, it } from 'vitest';
import { logEngine } from '../../../src/cli/embedded/log-engine.ts';
import type { Engine, EngineMessage } from '../../../src/engine/types.ts';
import { LOG_LEVEL } from '../../../src/engine/types.ts';

/** What is written of these messages. */
function entriesOf(...messages: EngineMessage[]): string[] {
  const entries: string[] = [];
  const engine = {
    name: 'engine-1',
    state: 'init',
    status: () => ({ model: { name: 'tally' } }),
    onMessage(listener: (message: EngineMessage) => void) {
      for (const message of messages) listener(message);
      return () => {};
    },
  };
  logEngine(engine as unknown as Engine, (entry) => entries.push(entry));
  return entries;
}

const log = (level: keyof typeof LOG_LEVEL, text: string): EngineMessage => ({
  type: 'log',
  level: LOG_LEVEL[level],
  text,
});

it('tells of runs once, however often a pig passes through', () => {
  const states = [
    'running',
    'pigging',
    'running',
    'paused',
    'running',
    'finishing',
    'finished',
    'init',
    'running',
  ] as const;
  expect(entriesOf(...states.map((state) => ({ type: 'engine-state', state }) as const))).toEqual([
    "engine-1 runs 'tally'",
    "engine-1 has paused 'tally'",
    "engine-1 runs 'tally'",
    "engine-1 has finished 'tally'",
    "engine-1 runs 'tally'",
  ]);
});

it('leaves out the record that a model failed at, what models print, and what is of no weight', () => {
  const input = { slot: 0, seqno: 1, data: ['"a-record"'], batchLength: 1, encoding: 'json' };
  const failure = { code: 'MODEL_FAILED', message: 'The model failed in action: no', traceback: 'one\n  two\n', input };
  expect(
    entriesOf(
      { type: 'model-error', failure },
      { type: 'model-console', text: 'a-record', stream: 'stdout' },
      { type: 'reject', reject: { by: 'schema', slot: 0, seqno: 1, text: 'a-record', reason: 'no' } },
      log('info', 'hello'),
    ),
  ).toEqual(['engine-1 error: MODEL_FAILED: The model failed in action: no\n    one\n      two']);
});

it('hides secrets and what a terminal would obey, and cuts what is long', () => {
  const entries = entriesOf(
    log('warning', 'Cannot reach postgres://ann:sesame@db/x'),
    log('error', 'red \u001b[31m'),
    log('notice', 'x'.repeat(100_000)),
  );
  expect(entries[0]).toBe('engine-1 warning: Cannot reach postgres://*****@db/x');
  expect(entries[1]).toBe('engine-1 error: red \\u001b[31m');
  expect(entries[2]).toMatch(/^engine-1 notice: x+\.\.\.$/);
  expect(entries[2]!.length).toBeLessThan(9000);
});
