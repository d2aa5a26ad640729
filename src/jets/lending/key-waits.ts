import type { Lendable } from '../protocol.ts';
import type { LoanWait } from './loan.ts';

/** Jets that wait for what another jet has. */
export interface KeyWait {
  readonly lent: Lendable;
  readonly holder: string;
  readonly heldMs: number;
  /** The one that waits longest first. */
  readonly waiting: readonly { readonly jet: string; readonly ms: number }[];
}

/** For people: items of one pool that are with one jet are told together, as the pool. @param now by the clock of the loans */
export function keyWaits(waits: Iterable<LoanWait>, now: number): KeyWait[] {
  const groups = new Map<string, LoanWait[]>();
  for (const wait of waits) {
    const { lent, holder } = wait;
    const id = `${holder} ${lent.kind === 'cell' ? `cell ${lent.name}` : `pool ${lent.pool}`}`;
    const group = groups.get(id);
    if (group === undefined) groups.set(id, [wait]);
    else group.push(wait);
  }
  return [...groups.values()].map((group) => joined(group, now));
}

function joined(group: readonly LoanWait[], now: number): KeyWait {
  const { lent, holder } = group[0]!;
  const waiting = new Map<string, number>();
  for (const { jet, since } of group.flatMap(({ waiters }) => waiters)) {
    waiting.set(jet, Math.max(waiting.get(jet) ?? 0, now - since));
  }
  return {
    lent: group.length === 1 || lent.kind === 'cell' ? lent : { kind: 'pool', pool: lent.pool },
    holder,
    heldMs: now - Math.min(...group.map(({ heldSince }) => heldSince)),
    waiting: [...waiting].map(([jet, ms]) => ({ jet, ms })).sort((a, b) => b.ms - a.ms),
  };
}
