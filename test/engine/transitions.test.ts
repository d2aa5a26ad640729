import { expect, test } from 'vitest';
import type { Operation } from '../../src/engine/transitions.ts';
import { assertAllowed, assertTransition } from '../../src/engine/transitions.ts';
import type { EngineState } from '../../src/engine/types.ts';

const STATES: EngineState[] = ['init', 'running', 'pigging', 'paused', 'finishing', 'finished', 'error'];

const TABLE: Record<Operation, EngineState[]> = {
  load: ['init', 'running', 'paused'],
  unload: ['init'],
  attach: ['init', 'running', 'paused'],
  detach: ['init'],
  scale: ['init', 'running', 'paused'],
  pause: ['init', 'running', 'paused'],
  unpause: ['init', 'running', 'paused'],
  restore: ['init'],
  input: ['init', 'running', 'paused', 'pigging'],
};

test.each(Object.entries(TABLE))(
  '%s is allowed in the states of 1.10 and refused in all others',
  (operation, allowed) => {
    for (const state of STATES) {
      const attempt = () => assertAllowed(operation as Operation, state);
      if (allowed.includes(state)) attempt();
      else expect(attempt).toThrow(`it is ${state.toUpperCase()}`);
    }
  },
);

test('a refusal names the states that would do and what to do', () => {
  try {
    assertAllowed('restore', 'running');
    expect.unreachable();
  } catch (error) {
    expect(error).toMatchObject({
      code: 'WRONG_STATE',
      message: 'Cannot restore a snapshot: the engine must be INIT, it is RUNNING',
      hint: 'fastscore engine reset',
    });
  }
});

test('a finished run does not start again by itself', () => {
  expect(() => assertTransition('finished', 'running')).toThrow(/cannot go to running/);
  for (const state of STATES) if (state !== 'init') assertTransition(state, 'init');
});
