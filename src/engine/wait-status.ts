import type { Jet } from '../jets/jet.ts';
import type { KeyWait } from '../jets/lending/key-waits.ts';
import type { WaitStatus } from './types.ts';
import type { Wait, Waits } from './waits.ts';

/** What the engine and its jets wait for, the longest first. */
export function waitStatuses(waits: Waits, keyWaits: readonly KeyWait[], jets: readonly Jet[]): WaitStatus[] {
  const numbers = new Map(jets.map(({ sandbox, number }) => [sandbox, number]));
  const numbersOf = (names: readonly string[]): number[] => names.flatMap((name) => numbers.get(name) ?? []);
  const atWork = jets.filter(({ work }) => work !== null).map(({ number }) => number);
  const engine = waits.underWay.map((wait) => ({
    for: wait.for,
    key: wait.key,
    waiting: [],
    on: wait.for === 'state' ? numbersOf(holdersOf(wait, keyWaits)) : atWork,
    ms: Date.now() - wait.since,
    limitMs: finite(wait.limitMs),
  }));
  const keys = keyWaits.flatMap(({ lent, holder, waiting }): WaitStatus[] => {
    const waiters = numbersOf(waiting.map(({ jet }) => jet));
    // Requests from outside are among the waits of the engine.
    if (waiters.length === 0) return [];
    const ms = Math.max(...waiting.map((waiter) => waiter.ms));
    const limitMs = finite(waits.limits.key);
    return [{ for: 'key', key: lent, waiting: waiters, on: numbersOf([holder]), ms, limitMs }];
  });
  return [...engine, ...keys].sort((a, b) => b.ms - a.ms);
}

function holdersOf({ key }: Wait, keyWaits: readonly KeyWait[]): string[] {
  return keyWaits
    .filter(({ lent }) => {
      if (key === null || lent.kind === 'cell' || key.kind === 'cell') {
        return lent.kind === 'cell' && key?.kind === 'cell' && lent.name === key.name;
      }
      return lent.pool === key.pool && (lent.kind === 'pool' || lent.item === key.item);
    })
    .map(({ holder }) => holder);
}

const finite = (ms: number): number | null => (Number.isFinite(ms) ? ms : null);
