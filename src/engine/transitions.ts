import { FastScoreError } from '../core/errors.ts';
import type { EngineState } from './types.ts';

export type Operation = 'load' | 'unload' | 'attach' | 'detach' | 'scale' | 'pause' | 'unpause' | 'restore' | 'input';

/** States in which an operation is allowed. Reset is allowed in every state. Source: FastScore 1.10 (CLI guide, API). */
const ALLOWED: Record<Operation, readonly EngineState[]> = {
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

const WORDS: Record<Operation, string> = {
  load: 'load a model',
  unload: 'unload the model',
  attach: 'attach a stream',
  detach: 'detach a stream',
  scale: 'scale',
  pause: 'pause',
  unpause: 'unpause',
  restore: 'restore a snapshot',
  input: 'accept input',
};

/** @throws FastScoreError WRONG_STATE that says which states would do and what to do about it */
export function assertAllowed(operation: Operation, state: EngineState): void {
  const allowed = ALLOWED[operation];
  if (allowed.includes(state)) return;
  const states = allowed.map((name) => name.toUpperCase()).join(', ');
  throw new FastScoreError(
    'WRONG_STATE',
    `Cannot ${WORDS[operation]}: the engine must be ${states.replace(/, ([^,]*)$/, ' or $1')}, it is ${state.toUpperCase()}`,
    { hint: 'fastscore engine reset' },
  );
}

/** Which state may follow which; every change of state is checked against it. */
const NEXT: Record<EngineState, readonly EngineState[]> = {
  init: ['running', 'paused', 'error'],
  running: ['pigging', 'paused', 'finishing', 'error', 'init'],
  pigging: ['running', 'paused', 'error', 'init'],
  paused: ['running', 'error', 'init'],
  finishing: ['finished', 'error', 'init'],
  finished: ['init', 'error'],
  error: ['init'],
};

/** @throws FastScoreError INTERNAL for a transition that there is not: a fault of ours */
export function assertTransition(from: EngineState, to: EngineState): void {
  if (!NEXT[from].includes(to)) throw new FastScoreError('INTERNAL', `An engine in state ${from} cannot go to ${to}`);
}
