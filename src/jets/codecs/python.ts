import { FastScoreError } from '../../core/errors.ts';
import type { RecordForm, Records } from '../../core/records.ts';
import type { Key } from '../../core/state/key.ts';
import { cellKey, itemKey } from '../../core/state/key.ts';
import type { StateValue } from '../../core/state/value.ts';
import { jsonValue } from '../../core/state/value.ts';
import type {
  Change,
  EngineFrame,
  JetCodec,
  JetFrame,
  JetOutput,
  JetReject,
  Lendable,
  LentPool,
  ReturnedLoan,
  ReturnedPool,
  StateReply,
  StateRequest,
} from '../protocol.ts';

/** Body for Python: uint32 LE header length, header as JSON, blobs end to end; `header.blobs` lists their lengths. */
export function createPythonCodec(): JetCodec {
  return { encode: encodeFrame, decode: decodeFrame };
}

function encodeFrame(frame: EngineFrame): Buffer[] {
  switch (frame.t) {
    case 'start':
      return body({ t: 'start', protocol: 1, model: frame.model, jet: frame.jet }, []);
    case 'begin':
      return body({ t: 'begin' }, []);
    case 'end':
    case 'run':
    case 'go':
    case 'eof':
      return body(frame, []);
    case 'batch': {
      const { form, count, data, lengths } = frame.records;
      const blobs = lengths === null ? [data] : [data, asBytes(lengths)];
      const { id, slot, seqno, emit } = frame;
      return body({ t: 'batch', id, slot, seqno, count, form, data: 0, lengths: lengths && 1, emit }, blobs);
    }
    case 'recall':
      return body({ t: 'recall', key: keyFields(frame.key) }, []);
    case 'reply':
      return encodeReply(frame);
  }
}

function encodeReply(reply: StateReply): Buffer[] {
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

function body(header: object, blobs: Buffer[]): Buffer[] {
  const text = JSON.stringify(blobs.length === 0 ? header : { ...header, blobs: blobs.map((blob) => blob.length) });
  const size = Buffer.byteLength(text);
  const head = Buffer.allocUnsafe(4 + size);
  head.writeUInt32LE(size);
  head.write(text, 4);
  return [head, ...blobs];
}

const asBytes = (words: Uint32Array): Buffer => Buffer.from(words.buffer, words.byteOffset, words.byteLength);

type Header = Record<string, unknown>;

function decodeFrame(frame: Buffer): JetFrame {
  const { header, blobs } = open(frame);
  switch (header.t) {
    case 'hello': {
      const language = header.language;
      if (language !== 'python') throw malformed(`language ${JSON.stringify(language)}`);
      const [protocol, version, pid] = [number(header, 'protocol'), string(header, 'version'), number(header, 'pid')];
      return { t: 'hello', protocol, language, version, pid, lending: header.lending === true };
    }
    case 'loaded':
      return { t: 'loaded' };
    case 'begun':
      return { t: 'begun' };
    case 'result':
      return {
        t: 'result',
        id: number(header, 'id'),
        outputs: outputs(header, blobs),
        rejected: rejected(header),
        changes: changes(header, blobs),
      };
    case 'ended':
      return {
        t: 'ended',
        outputs: outputs(header, blobs),
        rejected: rejected(header),
        changes: changes(header, blobs),
      };
    case 'ask':
      return {
        t: 'ask',
        slot: header.slot === null ? null : number(header, 'slot'),
        outputs: outputs(header, blobs),
        rejected: rejected(header),
        changes: changes(header, blobs),
      };
    case 'handin':
      return {
        t: 'handin',
        loans: returnedLoans(header, blobs),
        changes: changes(header, blobs),
        pools: returnedPools(header),
      };
    case 'failed': {
      const phase = string(header, 'phase');
      if (phase !== 'load' && phase !== 'begin' && phase !== 'action' && phase !== 'end' && phase !== 'program')
        throw malformed(`phase ${phase}`);
      return {
        t: 'failed',
        phase,
        changes: changes(header, blobs),
        message: string(header, 'message'),
        traceback: string(header, 'traceback'),
        ...(phase === 'action' && { id: number(header, 'id'), index: number(header, 'index') }),
      };
    }
    case 'state':
      return stateRequest(header, blobs);
    default:
      throw malformed(`frame type ${JSON.stringify(header.t)}`);
  }
}

function open(frame: Buffer): { header: Header; blobs: Buffer[] } {
  if (frame.length < 4) throw malformed('a body of less than 4 bytes');
  const size = frame.readUInt32LE(0);
  if (size > frame.length - 4) throw malformed('a header longer than its frame');
  let header: unknown;
  try {
    header = JSON.parse(frame.toString('utf8', 4, 4 + size));
  } catch (error) {
    throw malformed('a header that is not JSON', error);
  }
  if (typeof header !== 'object' || header === null) throw malformed('a header that is not an object');
  const blobs: Buffer[] = [];
  let at = 4 + size;
  for (const length of list(header as Header, 'blobs')) {
    if (typeof length !== 'number' || !Number.isInteger(length) || length < 0 || at + length > frame.length) {
      throw malformed('a blob longer than its frame');
    }
    blobs.push(frame.subarray(at, at + length));
    at += length;
  }
  if (at !== frame.length) throw malformed('bytes after the last blob');
  return { header: header as Header, blobs };
}

function outputs(header: Header, blobs: Buffer[]): JetOutput[] {
  return list(header, 'outputs').map((entry) => {
    const output = object(entry, 'output');
    const form = string(output, 'form');
    if (form !== 'json' && form !== 'text' && form !== 'bytes') throw malformed(`form ${form}`);
    const written = records(output, form, blobs);
    return { slot: number(output, 'slot'), records: written, sets: sets(output, written.count) };
  });
}

function sets(output: Header, count: number): number[] | null {
  if (output.sets == null) return null;
  const counts = list(output, 'sets');
  let sum = 0;
  for (const size of counts) {
    if (typeof size !== 'number' || !Number.isInteger(size) || size < 0) throw malformed('a record set without a size');
    sum += size;
  }
  if (sum !== count) throw malformed('record sets that do not fit the count');
  return counts as number[];
}

function records(output: Header, form: RecordForm, blobs: Buffer[]): Records {
  const count = number(output, 'count');
  const data = blob(output.data, blobs);
  if (form === 'json') return { form, count, data, lengths: null };
  const bytes = blob(output.lengths, blobs);
  if (bytes.length !== count * 4) throw malformed('lengths that do not fit the count');
  return { form, count, data, lengths: wordsOf(bytes) };
}

/** Copied: a Uint32Array needs an aligned start, a slice of a frame has none. */
function wordsOf(bytes: Buffer): Uint32Array {
  if (bytes.length % 4 !== 0) throw malformed('lengths that are no words');
  return new Uint32Array(new Uint8Array(bytes).buffer);
}

function rejected(header: Header): JetReject[] {
  return list(header, 'rejected').map((entry) => {
    const reject = object(entry, 'reject');
    const side = string(reject, 'side');
    if (side !== 'in' && side !== 'out') throw malformed(`side ${side}`);
    return {
      side,
      index: number(reject, 'index'),
      slot: number(reject, 'slot'),
      text: string(reject, 'text'),
      reason: string(reject, 'reason'),
    };
  });
}

function changes(header: Header, blobs: Buffer[]): Change[] {
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

function returnedPools(header: Header): ReturnedPool[] {
  return list(header, 'pools').map((entry) => {
    const returned = object(entry, 'pool');
    const [pool, uses] = [string(returned, 'pool'), number(returned, 'uses')];
    return { pool, uses, forgotten: returned.forgotten === true };
  });
}

function returnedLoans(header: Header, blobs: Buffer[]): ReturnedLoan[] {
  return list(header, 'loans').map((entry) => {
    const loan = object(entry, 'loan');
    return { key: key(loan), value: loan.value == null ? null : value(loan, blobs), uses: number(loan, 'uses') };
  });
}

function stateRequest(header: Header, blobs: Buffer[]): StateRequest {
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

function keyFields(key: Lendable): string[] {
  if (key.kind === 'cell') return ['cell', key.name];
  return key.kind === 'pool' ? ['item', key.pool] : ['item', key.pool, key.item];
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

function blob(index: unknown, blobs: Buffer[]): Buffer {
  const found = typeof index === 'number' ? blobs[index] : undefined;
  if (found === undefined) throw malformed('a blob that is not there');
  return found;
}

function number(header: Header, field: string): number {
  const found = header[field];
  if (typeof found !== 'number') throw malformed(`no number '${field}'`);
  return found;
}

function string(header: Header, field: string): string {
  const found = header[field];
  if (typeof found !== 'string') throw malformed(`no text '${field}'`);
  return found;
}

function list(header: Header, field: string): unknown[] {
  const found = header[field] ?? [];
  if (!Array.isArray(found)) throw malformed(`no list '${field}'`);
  return found;
}

function object(found: unknown, field: string): Header {
  if (typeof found !== 'object' || found === null) throw malformed(`no object '${field}'`);
  return found as Header;
}

function malformed(what: string, cause?: unknown): FastScoreError {
  return new FastScoreError('JET_PROTOCOL', `A Python jet sent a frame with ${what}`, { cause });
}
