import type { Key } from '../../core/state/key.ts';
import { cellKey, describeKey, itemKey } from '../../core/state/key.ts';
import type {
  Change,
  HandInFrame,
  Lendable,
  LentPool,
  ReturnedLoan,
  ReturnedPool,
  StateReply,
  StateRequest,
} from '../protocol.ts';
import { bytesOf, list, malformed, member, number, raw, text } from './r-fields.ts';
import { ELEMENT_SIZES, LIST, RAW, STRING } from './r-serialize/format.ts';
import { assertText, UnfitValueError } from './r-serialize/unfit-value.ts';
import type { RValue } from './r-serialize/value.ts';
import type { Field } from './r-serialize/value-writer.ts';
import { RStateValues } from './r-state-values.ts';

type Fields = Readonly<Record<string, Field>>;

const NOTHING_OF_POOL: Field = { fresh: true, complete: false, items: [], values: [], unknown: [] };

/** What frames between the engine and one R jet say about state. */
export class RStateFrames {
  readonly #values = new RStateValues();
  /** The key of the state request that is to be answered; a jet makes one at a time. */
  #asked: Key | null = null;

  request(frame: RValue): StateRequest {
    const op = text(frame, 'op');
    if (op === 'keys') {
      this.#asked = null;
      return { t: 'state', op, pool: text(frame, 'pool') };
    }
    const key = keyOf(frame);
    this.#asked = key;
    switch (op) {
      case 'get':
      case 'turn':
      case 'release':
      case 'delete':
        return { t: 'state', op, key };
      case 'set':
      case 'init':
        return { t: 'state', op, key, value: this.#values.fromR(key, raw(frame, 'value')) };
      case 'cas': {
        const version = number(frame, 'version');
        return { t: 'state', op, key, version, value: this.#values.fromR(key, raw(frame, 'value')) };
      }
      default:
        throw malformed(`state operation ${JSON.stringify(op)}`);
    }
  }

  /** Fields of the answer to the last request. */
  reply(reply: StateReply): Fields {
    try {
      const { value, version, stored, keys, lent, pool, error } = reply;
      keys?.forEach(assertText);
      return {
        t: 'reply',
        ...(value !== undefined && { value: value && this.#values.toR(this.#asked, value) }),
        ...(version !== undefined && { version }),
        ...(stored !== undefined && { stored }),
        ...(keys !== undefined && { keys }),
        ...(lent !== undefined && { lent }),
        ...(pool !== undefined && { pool: this.#lentPool(pool) }),
        ...(error !== undefined && { error: { code: error.code, message: error.message } }),
      };
    } catch (error) {
      if (!(error instanceof UnfitValueError)) throw error;
      const what = this.#asked === null ? 'the names of the items' : `the value of ${describeKey(this.#asked)}`;
      const message = `R cannot have ${what}: ${error.message}`;
      // What was lent with it comes back at once.
      const { lent, pool } = reply;
      const lending = { ...(lent !== undefined && { lent }), ...(pool !== undefined && { pool: NOTHING_OF_POOL }) };
      return { t: 'reply', ...lending, error: { code: 'STATE_OPAQUE', message } };
    }
  }

  #lentPool({ fresh, complete, items, unknown }: LentPool): Field {
    const [known, others] = [[] as string[], unknown.filter(canBeNamed)];
    const pool = this.#asked?.kind === 'item' ? this.#asked.pool : '';
    return {
      fresh,
      complete,
      values: (writer) => {
        const lengthAt = writer.list(0);
        for (const [item, value] of items) {
          if (!canBeNamed(item)) continue;
          try {
            this.#values.writeAmongOthers(writer, itemKey(pool, item), value);
            known.push(item);
          } catch (error) {
            if (!(error instanceof UnfitValueError)) throw error;
            others.push(item);
          }
        }
        writer.setLength(lengthAt, known.length);
      },
      // Called in order, so these know what could be written.
      items: (writer) => writer.strings(known),
      unknown: (writer) => writer.strings(others),
    };
  }

  changes(frame: RValue): Change[] {
    const found: Change[] = [];
    for (const change of list(frame, 'changes')) {
      if (change.member('items') === undefined) {
        const key = keyOf(change);
        found.push({ key, value: this.#values.fromR(key, raw(change, 'value')) });
      } else {
        this.#addChangesOfPool(found, change);
      }
    }
    return found;
  }

  /** Raw vectors among the values are serialized values, others vectors without attributes. */
  #addChangesOfPool(found: Change[], change: RValue): void {
    const pool = text(change, 'pool');
    const [items, values] = [member(change, 'items'), member(change, 'values')];
    if (items.type !== STRING || values.type !== LIST || items.length !== values.length) {
      throw malformed('values that do not fit their items');
    }
    for (let index = 0; index < items.length; index++) {
      const [item, value] = [items.text(index), values.item(index)];
      if (item === null || !isVector(value)) throw malformed('a change that names no item, or has no value');
      const key = itemKey(pool, item);
      const isSerialized = value.type === RAW;
      found.push({
        key,
        value: isSerialized ? this.#values.fromR(key, bytesOf(value)) : this.#values.fromVector(key, value),
      });
    }
  }

  handIn(frame: RValue): HandInFrame {
    return { t: 'handin', loans: this.#loansOf(frame), changes: this.changes(frame), pools: poolsOf(frame) };
  }

  #loansOf(frame: RValue): ReturnedLoan[] {
    return list(frame, 'loans').map((loan) => {
      const key = keyOf(loan);
      const isChanged = !(loan.member('value')?.isNull ?? true);
      const value = isChanged ? this.#values.fromR(key, raw(loan, 'value')) : null;
      return { key, value, uses: number(loan, 'uses') };
    });
  }
}

export function keyFields(key: Lendable): string[] {
  if (key.kind === 'cell') return ['cell', key.name];
  return key.kind === 'pool' ? ['item', key.pool] : ['item', key.pool, key.item];
}

/** What R cannot name it cannot ask for. */
function canBeNamed(item: string): boolean {
  try {
    assertText(item);
    return true;
  } catch {
    return false;
  }
}

const isVector = ({ type, isBare }: RValue): boolean =>
  isBare && (type === STRING || ELEMENT_SIZES[type] !== undefined);

function poolsOf(frame: RValue): ReturnedPool[] {
  return list(frame, 'pools').map((returned) => ({
    pool: text(returned, 'pool'),
    uses: number(returned, 'uses'),
    forgotten: returned.member('forgotten')?.integer(0) === 1,
  }));
}

function keyOf(frame: RValue): Key {
  const [kind, name, item] = member(frame, 'key').type === STRING ? member(frame, 'key').texts() : [];
  if (kind === 'cell' && typeof name === 'string') return cellKey(name);
  if (kind === 'item' && typeof name === 'string' && typeof item === 'string') return itemKey(name, item);
  throw malformed('a key that names neither a cell nor an item');
}
