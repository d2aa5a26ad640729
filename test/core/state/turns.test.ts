import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cellKey, itemKey } from '../../../src/core/state/key.ts';
import { Turns } from '../../../src/core/state/turns.ts';

const key = cellKey('hot');

describe('turns', () => {
  test('are given at once when the key is free', () => {
    const turns = new Turns<string>();
    const log: string[] = [];
    turns.acquire(key, 'a', () => log.push('a'));
    turns.acquire(itemKey('hot', 'hot'), 'b', () => log.push('b'));
    expect(log).toEqual(['a', 'b']);
  });

  test('are given in the order in which they were asked for, and actions wait in the same line', () => {
    const turns = new Turns<string>();
    const log: string[] = [];
    turns.acquire(key, 'a', () => log.push('a'));
    turns.acquire(key, 'b', () => log.push('b'));
    turns.whenFree(key, 'c', () => log.push('c stores'));
    turns.whenFree(key, 'd', () => log.push('d stores'));
    turns.acquire(key, 'e', () => log.push('e'));
    expect(turns.waiting(key)).toEqual(['b', 'c', 'd', 'e']);
    turns.release(key, 'a');
    expect(log).toEqual(['a', 'b']);
    turns.release(key, 'b');
    expect(log).toEqual(['a', 'b', 'c stores', 'd stores', 'e']);
    turns.release(key, 'e');
    expect(turns.waiting(key)).toEqual([]);
    turns.whenFree(key, 'f', () => log.push('f stores'));
    expect(log.at(-1)).toBe('f stores');
  });

  test('let their holder act, and do not hold up other keys', () => {
    const turns = new Turns<string>();
    const log: string[] = [];
    turns.acquire(key, 'a', () => {});
    turns.whenFree(key, 'a', () => log.push('own'));
    turns.acquire(key, 'a', () => log.push('again'));
    turns.whenFree(cellKey('other'), 'b', () => log.push('other'));
    expect(log).toEqual(['own', 'again', 'other']);
  });

  test('cannot be released by who does not hold them', () => {
    const turns = new Turns<string>();
    turns.acquire(key, 'a', () => {});
    turns.release(key, 'b');
    turns.release(cellKey('other'), 'a');
    turns.acquire(key, 'b', () => {});
    expect(turns.waiting(key)).toEqual(['b']);
  });

  test('of an owner that dies go to the next, and what it waited for is forgotten', () => {
    const turns = new Turns<string>();
    const log: string[] = [];
    turns.acquire(key, 'dead', () => {});
    turns.acquire(cellKey('other'), 'a', () => {});
    turns.acquire(cellKey('other'), 'dead', () => log.push('dead'));
    turns.whenFree(key, 'dead', () => {});
    turns.whenFree(key, 'a', () => log.push('a stores'));
    turns.acquire(key, 'b', () => log.push('b'));
    turns.releaseAll('dead');
    expect(log).toEqual(['a stores', 'b']);
    turns.release(cellKey('other'), 'a');
    expect(log).toEqual(['a stores', 'b']);
    turns.acquire(cellKey('other'), 'b', () => log.push('b again'));
    expect(log).toEqual(['a stores', 'b', 'b again']);
  });

  test('that are given up from inside their own grant go on to the next, without anyone jumping the line', () => {
    const turns = new Turns<string>();
    const log: string[] = [];
    turns.acquire(key, 'a', () => {});
    turns.acquire(key, 'b', () => {
      log.push('b');
      turns.release(key, 'b');
      turns.acquire(key, 'b', () => log.push('b again'));
    });
    turns.whenFree(key, 'c', () => {
      log.push('c');
      turns.whenFree(key, 'c', () => log.push('c again'));
    });
    turns.release(key, 'a');
    expect(log).toEqual(['b', 'c', 'b again']);
    turns.release(key, 'b');
    expect(log).toEqual(['b', 'c', 'b again', 'c again']);
  });

  test('never overlap, and everyone who lives is served in order once all holders let go', () => {
    const owner = fc.constantFrom('a', 'b', 'c', 'd');
    const steps = fc.array(fc.record({ do: fc.constantFrom('acquire', 'act', 'release', 'die'), owner }), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(steps, (sequence) => {
        const turns = new Turns<string>();
        let holder: string | undefined;
        let asked: { readonly owner: string; readonly id: number; served: boolean }[] = [];
        const letGo = (owner: string) => {
          if (holder === owner) holder = undefined;
        };
        sequence.forEach((step, id) => {
          const entry = { owner: step.owner, id, served: false };
          const atOnce = holder === step.owner;
          const serve = () => {
            entry.served = true;
            expect(holder === undefined || holder === entry.owner).toBe(true);
            const before = asked.filter((other) => other.id < id && !other.served && other.owner !== entry.owner);
            if (!atOnce) expect(before).toEqual([]);
            if (step.do === 'acquire') holder = entry.owner;
          };
          if (step.do === 'acquire' || step.do === 'act') asked.push(entry);
          if (step.do === 'acquire') turns.acquire(key, step.owner, serve);
          else if (step.do === 'act') turns.whenFree(key, step.owner, serve);
          else letGo(step.owner);
          if (step.do === 'release') turns.release(key, step.owner);
          if (step.do === 'die') {
            asked = asked.filter((other) => other.owner !== step.owner);
            turns.releaseAll(step.owner);
          }
          if (atOnce && (step.do === 'acquire' || step.do === 'act')) expect(entry.served).toBe(true);
        });
        while (holder !== undefined) {
          const owner: string = holder;
          letGo(owner);
          turns.release(key, owner);
        }
        expect(asked.filter((entry) => !entry.served)).toEqual([]);
        expect(turns.waiting(key)).toEqual([]);
      }),
    );
  });
});
