import type { Key } from '../../core/state/key.ts';
import { cellKey, itemKey } from '../../core/state/key.ts';
import type { StateValue } from '../../core/state/value.ts';
import { jsonValue } from '../../core/state/value.ts';
import type { Change, Lendable, LentPool, ReturnedLoan, ReturnedPool, StateReply, StateRequest } from '../protocol.ts';
import type { Header } from './python-header.ts';
import { blob, body, list, malformed, number, object, string, wordsOf } from './python-header.ts';

export function encodeReply(reply: StateReply): Buffer[] {
  const { value, pool, ...header } = reply;
  const blobs: Buffer[] = [];
  const fields = {
    ...header,
    ...(value !== undefined && { value: valueFields(value, blobs) }),
    ...(pool !== undefined && { pool: poolFields(pool, blobs) }),
  };
  return body(fields, blobs);
}

function valueFields(value: StateValue | null, blobs: Buffer[]): object | null {
  if (value === null) return null;
  const at = blobs.length;
  // What only another language wrote reaches Python as its JSON view.
  const native = value.native?.language === 'python' ? value.native.data : null;
  blobs.push(native ?? Buffer.from(value.json ?? 'null'));
  return native === null ? { json: at, native: null } : { json: null, native: at };
}

/** All values are one JSON text, which Python reads with one call. */
function poolFields({ fresh, complete, items, unknown }: LentPool, blobs: Buffer[]): object {
  const values = blobs.push(Buffer.from(`[${items.map(([, { json }]) => json).join(',')}]`)) - 1;
  return { fresh, complete, unknown, items: items.map(([item]) => item), values };
}

export function keyFields(key: Lendable): string[] {
  if (key.kind === 'cell') return ['cell', key.name];
  return key.kind === 'pool' ? ['item', key.pool] : ['item', key.pool, key.item];
}

export function stateRequest(header: Header, blobs: Buffer[]): StateRequest {
  const op = string(header, 'op');
  switch (op) {
    case 'get':
    case 'turn':
    case 'release':
    case 'delete':
      return { t: 'state', op, key: key(header) };
    case 'set':
    case 'init':
      return { t: 'state', op, key: key(header), value: value(header, blobs) };
    case 'cas':
      return { t: 'state', op, key: key(header), version: number(header, 'version'), value: value(header, blobs) };
    case 'keys':
      return { t: 'state', op, pool: string(header, 'pool') };
    default:
      throw malformed(`state operation ${op}`);
  }
}

export function changes(header: Header, blobs: Buffer[]): Change[] {
  const found: Change[] = [];
  for (const entry of list(header, 'changes')) {
    const change = object(entry, 'change');
    if (change.items === undefined) found.push({ key: key(change), value: value(change, blobs) });
    else addChangesOfPool(found, change, blobs);
  }
  return found;
}

/** JSON values of many items of a pool, end to end. */
function addChangesOfPool(found: Change[], change: Header, blobs: Buffer[]): void {
  const pool = string(change, 'pool');
  const items = list(change, 'items');
  const lengths = wordsOf(blob(change.lengths, blobs));
  const data = blob(change.data, blobs);
  if (lengths.length !== items.length) throw malformed('values that do not fit their items');
  let at = 0;
  for (const [index, item] of items.entries()) {
    const end = at + (lengths[index] ?? 0);
    if (typeof item !== 'string' || end > data.length) throw malformed('values that do not fit their items');
    found.push({ key: itemKey(pool, item), value: jsonValue(data.toString('utf8', at, end)) });
    at = end;
  }
}

export function returnedPools(header: Header): ReturnedPool[] {
  return list(header, 'pools').map((entry) => {
    const returned = object(entry, 'pool');
    const [pool, uses] = [string(returned, 'pool'), number(returned, 'uses')];
    return { pool, uses, forgotten: returned.forgotten === true };
  });
}

export function returnedLoans(header: Header, blobs: Buffer[]): ReturnedLoan[] {
  return list(header, 'loans').map((entry) => {
    const loan = object(entry, 'loan');
    return { key: key(loan), value: loan.value == null ? null : value(loan, blobs), uses: number(loan, 'uses') };
  });
}

function key(header: Header): Key {
  const [kind, name, item] = list(header, 'key');
  if (kind === 'cell' && typeof name === 'string') return cellKey(name);
  if (kind === 'item' && typeof name === 'string' && typeof item === 'string') return itemKey(name, item);
  throw malformed('a key that names neither a cell nor an item');
}

function value(header: Header, blobs: Buffer[]): StateValue {
  const parts = object(header.value, 'value');
  const json = parts.json == null ? null : blob(parts.json, blobs).toString('utf8');
  // Copied: a slice would keep the whole frame in memory for as long as the value lives.
  const native = parts.native == null ? null : Buffer.from(blob(parts.native, blobs));
  if (json === null && native === null) throw malformed('a value without content');
  return { json, native: native && { language: 'python', data: native } };
}
