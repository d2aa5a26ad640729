import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Entry } from '../../src/core/state/entry.ts';
import type { Key } from '../../src/core/state/key.ts';
import { cellKey, itemKey, keyId } from '../../src/core/state/key.ts';
import { StateStore } from '../../src/core/state/store.ts';
import type { Way } from '../../src/jets/lending/sharing-policy.ts';
import { SharingPolicy } from '../../src/jets/lending/sharing-policy.ts';
import { StateDesk } from '../../src/jets/state-desk.ts';
import { CountingJet } from './counting-jet.ts';

const KEYS = [cellKey('a'), cellKey('b'), itemKey('p', 'x'), itemKey('p', 'y'), itemKey('p', 'z')];
const MOST_JETS = 4;
const RUNS = 4000;

type Step =
  | { do: 'increment'; jet: number; key: number }
  | { do: 'look' | 'result' | 'forget' | 'die' | 'restart'; jet: number }
  | { do: 'scale'; jets: number }
  | { do: 'snapshot' }
  | { do: 'restore' }
  | { do: 'wait'; ms: number };

const jet = fc.nat(MOST_JETS - 1);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 16, arbitrary: fc.record({ do: fc.constant('increment' as const), jet, key: fc.nat(KEYS.length - 1) }) },
  { weight: 16, arbitrary: fc.record({ do: fc.constant('look' as const), jet }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constantFrom('result' as const, 'restart' as const), jet }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('die' as const, 'forget' as const), jet }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('scale' as const), jets: fc.nat(MOST_JETS) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('snapshot' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restore' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.nat(2000) }) },
);

/** The desk with its jets beside a plain count of what they have handed in or stored, which is what must be there. */
class Race {
  #clock = 0;
  readonly #store = new StateStore();
  /** Decides quickly, so that all ways come up. */
  readonly #policy = new SharingPolicy({ now: () => this.#clock, windowLoans: 4, fewLoans: 2 });
  readonly #desk = new StateDesk({
    store: this.#store,
    onRestoredOverwritten: () => {},
    now: () => this.#clock,
    policy: this.#policy,
  });
  readonly #jets: (CountingJet | null)[] = [];
  #counts = new Map<string, number>();
  #snapshot: { readonly entries: readonly Entry[]; readonly counts: ReadonlyMap<string, number> } | null = null;
  #started = 0;

  constructor() {
    this.scale(MOST_JETS);
  }

  /** How items are lent at the moment. */
  get way(): Way {
    return this.#policy.wayOf(itemKey('p', 'x'));
  }

  apply(action: Step): void {
    this.#clock += action.do === 'wait' ? action.ms : 1;
    if (action.do === 'scale') this.scale(action.jets);
    else if (action.do === 'snapshot') this.#takeSnapshot();
    else if (action.do === 'restore') this.#restore();
    else if (action.do !== 'wait') this.#applyTo(action.jet, action);
  }

  #applyTo(number: number, action: Step): void {
    const found = this.#jets[number] ?? null;
    if (found === null) {
      if (action.do === 'restart') this.#jets[number] = this.#start();
      return;
    }
    if (action.do === 'increment') found.increment(KEYS[action.key]!);
    if (action.do === 'look') found.look();
    if (action.do === 'result') found.result();
    if (action.do === 'forget') found.forget();
    if (action.do === 'die') this.#end(number);
  }

  /** Surplus jets finish what they have, and hand it in. */
  scale(jets: number): void {
    if (jets < MOST_JETS) this.settle();
    for (let number = 0; number < MOST_JETS; number += 1) {
      if (number >= jets) this.#end(number);
      else this.#jets[number] ??= this.#start();
    }
  }

  /** Lets all jets finish. Nobody may wait for ever, and the counts must be right. */
  settle(): void {
    const live = this.#jets.filter((found) => found !== null);
    for (let round = 0; live.some((found) => found.hasMail); round += 1) {
      expect(round).toBeLessThan(1000);
      for (const found of live) found.look();
    }
    expect(live.filter((found) => found.isWaiting)).toEqual([]);
    for (const found of live) found.result();
    this.#check();
  }

  #check(): void {
    for (const key of KEYS) {
      expect(Number(this.#store.get(key)?.value.json ?? 0)).toBe(this.#counts.get(keyId(key)) ?? 0);
    }
  }

  #start(): CountingJet {
    this.#started += 1;
    return new CountingJet(this.#desk, `jet-${this.#started}`, (key: Key, by: number) =>
      this.#counts.set(keyId(key), (this.#counts.get(keyId(key)) ?? 0) + by),
    );
  }

  #end(number: number): void {
    this.#jets[number]?.die();
    this.#jets[number] = null;
  }

  /** At any moment a capture holds what has been handed in, also when it is read after more has come. */
  #takeSnapshot(): void {
    const capture = this.#store.capture();
    const counts = new Map(this.#counts);
    for (const found of this.#jets) found?.result();
    const entries = [...capture.entries()];
    capture.release();
    for (const [key, value] of entries) expect(Number(value.json)).toBe(counts.get(keyId(key)));
    this.#snapshot = { entries, counts };
  }

  /** Only without jets, as in state init. */
  #restore(): void {
    if (this.#snapshot === null) return;
    this.scale(0);
    this.#store.replaceAll(this.#snapshot.entries, { restored: true });
    this.#counts = new Map(this.#snapshot.counts);
    this.#check();
    this.scale(MOST_JETS);
  }
}

test('no increment is lost or counted twice, and nobody waits for ever, whatever crosses, dies, is shared or restored', () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  process.stdout.write(`${RUNS} runs with seed ${seed}\n`);
  const steps = { key: 0, pool: 0, shared: 0 };
  fc.assert(
    fc.property(fc.array(step, { maxLength: 150, size: 'max' }), (actions) => {
      const race = new Race();
      for (const action of actions) {
        race.apply(action);
        steps[race.way] += 1;
      }
      race.settle();
    }),
    { numRuns: RUNS, seed },
  );
  expect(Math.min(...Object.values(steps))).toBeGreaterThan(RUNS);
});
