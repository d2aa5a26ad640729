import type { Key } from '../../src/core/state/key.ts';
import { keyId } from '../../src/core/state/key.ts';
import { jsonValue } from '../../src/core/state/value.ts';
import type { StateReply, StateRequest } from '../../src/jets/protocol.ts';
import type { StateDesk } from '../../src/jets/state-desk.ts';

/**
 * A jet that counts, written from docs/jet-protocol.md. Messages from the desk lie in an inbox until the jet looks, so that recalls,
 * replies and deaths cross in every order. `saved` is told of every increment that has been handed in or stored.
 */
export class CountingJet {
  readonly #desk: StateDesk;
  readonly #name: string;
  readonly #inbox: ({ reply: StateReply } | { recall: Key })[] = [];
  readonly #held = new Map<string, { key: Key; value: number; unsaved: number; uses: number }>();
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
    const loan = this.#held.get(keyId(key));
    if (loan !== undefined) {
      loan.value += 1;
      loan.unsaved += 1;
      loan.uses += 1;
      return;
    }
    this.#ask({ t: 'state', op: 'get', key }, key, (reply) => {
      if (reply.lent === true) this.increment(key);
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
      this.#waiting = null;
      if (mail.reply.lent === true) {
        this.#held.set(keyId(key), { key, value: numberIn(mail.reply), unsaved: 0, uses: 0 });
      }
      then(mail.reply);
    }
  }

  /** The end of a batch. */
  result(): void {
    if (this.isWaiting) return;
    const changed = [...this.#held.values()].filter(({ unsaved }) => unsaved > 0);
    this.#desk.apply(
      this.#name,
      changed.map(({ key, value }) => ({ key, value: jsonValue(String(value)) })),
    );
    for (const loan of changed) this.#save(loan);
  }

  die(): void {
    this.#desk.close(this.#name);
  }

  #incrementByRequest(key: Key, known: StateReply, conflicts: number): void {
    const op = conflicts < 3 ? 'cas' : 'turn';
    if (op === 'turn') {
      this.#ask({ t: 'state', op, key }, key, (reply) => this.#incrementByRequest(key, reply, -1));
      return;
    }
    const request: StateRequest = {
      t: 'state',
      op: 'cas',
      key,
      version: known.version!,
      value: jsonValue(String(numberIn(known) + 1)),
    };
    this.#ask(request, key, (reply) => {
      if (reply.stored) this.#saved(key, 1);
      if (reply.stored && reply.lent) this.#held.get(keyId(key))!.value = numberIn(known) + 1;
      if (!reply.stored && reply.lent) this.increment(key);
      else if (!reply.stored) this.#incrementByRequest(key, reply, conflicts + 1);
    });
  }

  #ask(request: StateRequest, key: Key, then: (reply: StateReply) => void): void {
    this.#waiting = { key, then };
    this.#desk.handle(this.#name, request, (reply) => this.#inbox.push({ reply }));
  }

  #handIn(key: Key): void {
    const loan = this.#held.get(keyId(key));
    if (loan === undefined) return;
    this.#held.delete(keyId(key));
    const value = loan.unsaved > 0 ? jsonValue(String(loan.value)) : null;
    this.#desk.takeBack(this.#name, [{ key, value, uses: loan.uses }]);
    this.#save(loan);
  }

  #save(loan: { key: Key; unsaved: number }): void {
    this.#saved(loan.key, loan.unsaved);
    loan.unsaved = 0;
  }
}

const numberIn = (reply: StateReply): number => (reply.value ? Number(reply.value.json) : 0);
