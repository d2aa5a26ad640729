import type { Key } from '../../src/core/state/key.ts';
import { keyId } from '../../src/core/state/key.ts';
import { jsonValue } from '../../src/core/state/value.ts';
import type { Lendable, LentPool, StateReply, StateRequest } from '../../src/jets/protocol.ts';
import type { StateDesk } from '../../src/jets/state-desk.ts';

interface Held {
  readonly key: Key;
  value: number;
  unsaved: number;
  uses: number;
}

/** What the jet knows of a pool, and whether it has it now. */
interface KnownPool {
  held: boolean;
  complete: boolean;
  readonly values: Map<string, number>;
  readonly unknown: Set<string>;
}

/**
 * A jet that counts, written from docs/jet-protocol.md. Messages from the desk lie in an inbox until the jet looks, so that recalls,
 * replies and deaths cross in every order. `saved` is told of every increment that has been handed in or stored.
 */
export class CountingJet {
  readonly #desk: StateDesk;
  readonly #name: string;
  readonly #inbox: ({ reply: StateReply } | { recall: Lendable })[] = [];
  readonly #held = new Map<string, Held>();
  readonly #pools = new Map<string, KnownPool>();
  /** The request under way; `then` gets its reply. */
  #waiting: { key: Key; then: (reply: StateReply) => void } | null = null;
  readonly #saved: (key: Key, by: number) => void;

  constructor(desk: StateDesk, name: string, saved: (key: Key, by: number) => void) {
    this.#desk = desk;
    this.#name = name;
    this.#saved = saved;
    desk.open(name, { language: 'python', joining: true, recall: (recall) => this.#inbox.push({ recall }) });
    desk.begun(name, true);
  }

  get isWaiting(): boolean {
    return this.#waiting !== null;
  }

  get hasMail(): boolean {
    return this.#inbox.length > 0;
  }

  increment(key: Key): void {
    if (this.isWaiting) return;
    const loan = this.#held.get(keyId(key)) ?? this.#takeFromPool(key);
    if (loan !== undefined) {
      loan.value += 1;
      loan.unsaved += 1;
      loan.uses += 1;
      return;
    }
    this.#ask({ t: 'state', op: 'get', key }, key, (reply) => {
      if (this.#held.has(keyId(key))) this.increment(key);
      else this.#incrementByRequest(key, reply, 0);
    });
  }

  /** A jet that waits looks at everything that comes; one that works only now and then. */
  look(): void {
    for (const mail of this.#inbox.splice(0)) {
      if ('recall' in mail) {
        this.#handIn(mail.recall);
        continue;
      }
      const { key, then } = this.#waiting!;
      const { lent, pool } = mail.reply;
      this.#waiting = null;
      if (pool !== undefined && key.kind === 'item') this.#learn(key.pool, pool);
      if (lent === true || this.#hasPoolOf(key)) {
        this.#held.set(keyId(key), { key, value: numberIn(mail.reply), unsaved: 0, uses: 0 });
      }
      then(mail.reply);
    }
  }

  /** The end of a batch. */
  result(): void {
    if (this.isWaiting) return;
    const changed = [...this.#held.values()].filter(({ unsaved }) => unsaved > 0);
    this.#desk.apply(this.#name, changed.map(asChange));
    for (const loan of changed) this.#save(loan);
  }

  /** Gives everything back, and knows nothing of pools any more. */
  forget(): void {
    if (this.isWaiting) return;
    for (const { key } of [...this.#held.values()]) if (!this.#hasPoolOf(key)) this.#handIn(key);
    for (const pool of [...this.#pools.keys()]) this.#handInPool(pool, true);
    this.#pools.clear();
  }

  die(): void {
    this.#desk.close(this.#name);
  }

  #incrementByRequest(key: Key, known: StateReply, conflicts: number): void {
    if (conflicts >= 3) {
      this.#ask({ t: 'state', op: 'turn', key }, key, (reply) => this.#incrementByRequest(key, reply, -1));
      return;
    }
    const value = numberIn(known) + 1;
    const request = { t: 'state', op: 'cas', key, version: known.version!, value: jsonValue(String(value)) } as const;
    this.#ask(request, key, (reply) => {
      const held = this.#held.get(keyId(key));
      if (reply.stored) {
        if (held !== undefined) held.value = value;
      } else if (held !== undefined) {
        this.increment(key);
      } else {
        this.#incrementByRequest(key, reply, conflicts + 1);
      }
    });
  }

  #ask(request: StateRequest, key: Key, then: (reply: StateReply) => void): void {
    this.#waiting = { key, then };
    this.#desk.handle(this.#name, request, (reply) => {
      // It is stored also when the jet does not live to hear of it.
      if (request.op === 'cas' && reply.stored) this.#saved(key, 1);
      this.#inbox.push({ reply });
    });
  }

  #learn(name: string, { fresh, complete, items, unknown }: LentPool): void {
    const known = (fresh ? undefined : this.#pools.get(name)) ?? newPool();
    this.#pools.set(name, known);
    known.held = true;
    known.complete = complete;
    for (const [item, { json }] of items) {
      known.values.set(item, Number(json));
      known.unknown.delete(item);
    }
    for (const item of unknown) {
      known.values.delete(item);
      known.unknown.add(item);
    }
  }

  #hasPoolOf(key: Key): boolean {
    return key.kind === 'item' && this.#pools.get(key.pool)?.held === true;
  }

  #takeFromPool(key: Key): Held | undefined {
    if (key.kind === 'cell' || !this.#hasPoolOf(key)) return undefined;
    const { values, complete, unknown } = this.#pools.get(key.pool)!;
    const value = values.get(key.item) ?? (complete && !unknown.has(key.item) ? 0 : undefined);
    if (value === undefined) return undefined;
    const held = { key, value, unsaved: 0, uses: 0 };
    this.#held.set(keyId(key), held);
    return held;
  }

  #handIn(lent: Lendable): void {
    if (lent.kind === 'pool') {
      this.#handInPool(lent.pool, false);
      return;
    }
    const loan = this.#held.get(keyId(lent));
    if (loan === undefined || this.#hasPoolOf(lent)) return;
    this.#held.delete(keyId(lent));
    const value = loan.unsaved > 0 ? jsonValue(String(loan.value)) : null;
    this.#desk.takeBack(this.#name, [{ key: lent, value, uses: loan.uses }]);
    this.#save(loan);
  }

  #handInPool(pool: string, forgotten: boolean): void {
    const known = this.#pools.get(pool);
    const loans = [...this.#held.values()].filter(({ key }) => key.kind === 'item' && key.pool === pool);
    if (known?.held !== true) {
      for (const { key } of loans) this.#handIn(key);
      if (forgotten) this.#desk.takePoolsBack(this.#name, [{ pool, uses: 0, forgotten }]);
      return;
    }
    for (const { key, value } of loans) {
      this.#held.delete(keyId(key));
      if (key.kind === 'item') {
        known.values.set(key.item, value);
        known.unknown.delete(key.item);
      }
    }
    known.held = false;
    const changed = loans.filter(({ unsaved }) => unsaved > 0);
    const uses = loans.reduce((sum, loan) => sum + loan.uses, 0);
    this.#desk.apply(this.#name, changed.map(asChange));
    this.#desk.takePoolsBack(this.#name, [{ pool, uses, forgotten }]);
    for (const loan of changed) this.#save(loan);
  }

  #save(loan: { key: Key; unsaved: number }): void {
    this.#saved(loan.key, loan.unsaved);
    loan.unsaved = 0;
  }
}

const newPool = (): KnownPool => ({ held: false, complete: false, values: new Map(), unknown: new Set() });

const asChange = ({ key, value }: Held) => ({ key, value: jsonValue(String(value)) });

const numberIn = (reply: StateReply): number => (reply.value ? Number(reply.value.json) : 0);
