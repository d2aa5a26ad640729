import { FastScoreError } from '../../core/errors.ts';
import type { RecordForm } from '../../core/records.ts';
import type { Key } from '../../core/state/key.ts';
import { cellKey, describeKey, itemKey } from '../../core/state/key.ts';
import type {
  AskFrame,
  BatchFrame,
  Change,
  EmitForms,
  EngineFrame,
  JetCodec,
  JetFrame,
  JetOutput,
  JetReject,
  Lendable,
  LentPool,
  ReturnedLoan,
  ReturnedPool,
  StartedModel,
  StateReply,
  StateRequest,
} from '../protocol.ts';
import { PROTOCOL_VERSION } from '../protocol.ts';
import { writeRecordSet } from './r-record-sets-in.ts';
import type { DeliveredRecords } from './r-records-in.ts';
import { writeRecords } from './r-records-in.ts';
import { writeOutputs, writeRecordSets } from './r-records-out.ts';
import { DOUBLE, INTEGER, LIST, LOGICAL, RAW, STRING } from './r-serialize/format.ts';
import { readR, UnreadableError } from './r-serialize/reader.ts';
import type { RValue } from './r-serialize/value.ts';
import type { Field } from './r-serialize/writer.ts';
import { assertText, RWriter, UnfitValueError } from './r-serialize/writer.ts';
import { RStateValues } from './r-state-values.ts';

/** Body for R: one named list, serialized as r-serialize/format.ts says. Records are decoded and encoded on this side. */
export function createRCodec(): JetCodec {
  const codec = new RCodec();
  return {
    encode: (frame) => [codec.encode(frame)],
    decode: (body) => codec.decode(body),
  };
}

const NOTHING_OF_POOL: Field = { fresh: true, complete: false, items: [], values: [], unknown: [] };

/** What is known of a batch that the jet has and has not answered. */
interface SentBatch extends DeliveredRecords {
  readonly slot: number;
  readonly emit: EmitForms;
}

class RCodec {
  readonly #writer = new RWriter();
  readonly #values = new RStateValues();
  readonly #sent = new Map<number, SentBatch>();
  #slots: StartedModel['slots'] = [];
  #isExplicit = false;
  /** What the program of an explicit model has read last. */
  #read: SentBatch | null = null;
  #emit: EmitForms = {};
  /** The key of the state request that is to be answered; a jet makes one at a time. */
  #asked: Key | null = null;

  encode(frame: EngineFrame): Buffer {
    switch (frame.t) {
      case 'start':
        this.#slots = frame.model.slots;
        this.#isExplicit = frame.model.explicit;
        return this.#body({ t: 'start', protocol: PROTOCOL_VERSION, model: modelFields(frame.model), jet: frame.jet });
      case 'begin':
        return this.#body({ t: 'begin' });
      case 'batch':
        return this.#batch(frame);
      case 'end':
        this.#emit = frame.emit;
        return this.#body({ t: 'end', emit: emitFields(frame.emit) });
      case 'run':
      case 'go':
      case 'eof':
        this.#emit = frame.emit;
        return this.#body({ t: frame.t, emit: emitFields(frame.emit) });
      case 'recall':
        return this.#body({ t: 'recall', key: keyFields(frame.key) });
      case 'reply':
        return this.#reply(frame);
    }
  }

  decode(body: Buffer): JetFrame {
    try {
      return this.#frame(readR(body));
    } catch (error) {
      if (error instanceof UnreadableError) throw malformed(`a body that cannot be read: ${error.message}`, error);
      // Attributes that do not fit their value lead out of the frame.
      if (error instanceof RangeError) throw malformed('a value that is not one', error);
      throw error;
    }
  }

  #frame(frame: RValue): JetFrame {
    const t = text(frame, 't');
    switch (t) {
      case 'hello': {
        const language = text(frame, 'language');
        if (language !== 'R') throw malformed(`language ${JSON.stringify(language)}`);
        const [protocol, version, pid] = [number(frame, 'protocol'), text(frame, 'version'), number(frame, 'pid')];
        return { t, protocol, language, version, pid, lending: frame.member('lending')?.integer(0) === 1 };
      }
      case 'loaded':
      case 'begun':
        return { t };
      case 'result':
        return this.#result(frame);
      case 'ended': {
        const { outputs, rejected, changes } = this.#ask(frame);
        return { t, outputs, rejected, changes };
      }
      case 'ask':
        return this.#ask(frame);
      case 'handin':
        return { t, loans: this.#loans(frame), changes: this.#changes(frame), pools: poolsOf(frame) };
      case 'failed':
        return this.#failed(frame);
      case 'state':
        return this.#stateRequest(frame);
      default:
        throw malformed(`frame type ${JSON.stringify(t)}`);
    }
  }

  #batch({ id, slot, seqno, records, emit }: BatchFrame): Buffer {
    let delivered: DeliveredRecords = { count: 0, positions: null, leftOut: [] };
    const body = this.#body({
      t: 'batch',
      id,
      slot,
      form: records.form,
      data: (writer) => {
        delivered = (this.#takesSets(slot) ? writeRecordSet : writeRecords)(writer, records);
      },
      // Called in order, so these know what became of the records.
      count: (writer) => writer.double(delivered.count),
      seqno: (writer) => writer.doubles(delivered.positions?.map((position) => seqno + position) ?? [seqno]),
      emit: emitFields(emit),
    });
    const batch = { ...(delivered as DeliveredRecords), slot, emit };
    if (this.#isExplicit) {
      this.#emit = emit;
      this.#read = batch;
    } else {
      this.#sent.set(id, batch);
    }
    return body;
  }

  #reply(reply: StateReply): Buffer {
    try {
      const { value, version, stored, keys, lent, pool, error } = reply;
      keys?.forEach(assertText);
      return this.#body({
        t: 'reply',
        ...(value !== undefined && { value: value && this.#values.toR(this.#asked, value) }),
        ...(version !== undefined && { version }),
        ...(stored !== undefined && { stored }),
        ...(keys !== undefined && { keys }),
        ...(lent !== undefined && { lent }),
        ...(pool !== undefined && { pool: this.#lentPool(pool) }),
        ...(error !== undefined && { error: { code: error.code, message: error.message } }),
      });
    } catch (error) {
      if (!(error instanceof UnfitValueError)) throw error;
      const what = this.#asked === null ? 'the names of the items' : `the value of ${describeKey(this.#asked)}`;
      const message = `R cannot have ${what}: ${error.message}`;
      // What was lent with it comes back at once.
      const { lent, pool } = reply;
      const lending = { ...(lent !== undefined && { lent }), ...(pool !== undefined && { pool: NOTHING_OF_POOL }) };
      return this.#body({ t: 'reply', ...lending, error: { code: 'STATE_OPAQUE', message } });
    }
  }

  #lentPool({ fresh, complete, items, unknown }: LentPool): Field {
    const [known, values, others] = [[] as string[], [] as Buffer[], unknown.filter(canBeNamed)];
    const pool = this.#asked?.kind === 'item' ? this.#asked.pool : '';
    for (const [item, value] of items) {
      if (!canBeNamed(item)) continue;
      try {
        values.push(this.#values.toR(itemKey(pool, item), value));
        known.push(item);
      } catch (error) {
        if (!(error instanceof UnfitValueError)) throw error;
        others.push(item);
      }
    }
    return { fresh, complete, items: known, values, unknown: others };
  }

  #body(fields: Readonly<Record<string, Field>>): Buffer {
    this.#writer.start();
    this.#writer.fields(fields);
    return this.#writer.take();
  }

  #result(frame: RValue): JetFrame {
    const id = number(frame, 'id');
    const batch = this.#take(id);
    const { outputs, rejected } = this.#outputs(frame, batch.emit);
    const leftOut = batch.leftOut.map((record): JetReject => ({ side: 'in', slot: batch.slot, ...record }));
    return { t: 'result', id, outputs, rejected: [...leftOut, ...rejected], changes: this.#changes(frame) };
  }

  #ask(frame: RValue): AskFrame {
    const slot = frame.member('slot')?.isNull === false ? number(frame, 'slot') : null;
    const { outputs, rejected } = this.#outputs(frame, this.#emit);
    const read = this.#read;
    this.#read = null;
    const leftOut = read?.leftOut.map((record): JetReject => ({ side: 'in', slot: read.slot, ...record })) ?? [];
    return { t: 'ask', slot, outputs, rejected: [...leftOut, ...rejected], changes: this.#changes(frame) };
  }

  #failed(frame: RValue): JetFrame {
    const phase = text(frame, 'phase');
    const [message, traceback, changes] = [text(frame, 'message'), text(frame, 'traceback'), this.#changes(frame)];
    if (phase === 'load' || phase === 'begin' || phase === 'end' || phase === 'program') {
      return { t: 'failed', phase, message, traceback, changes };
    }
    if (phase !== 'action') throw malformed(`phase ${JSON.stringify(phase)}`);
    const [id, index] = [number(frame, 'id'), number(frame, 'index')];
    const { positions } = this.#take(id);
    return { t: 'failed', phase, message, traceback, changes, id, index: positions?.[index] ?? index };
  }

  #take(id: number): SentBatch {
    const batch = this.#sent.get(id);
    if (batch === undefined) throw malformed(`the answer to batch ${id}, which it was not given`);
    this.#sent.delete(id);
    return batch;
  }

  #takesSets(slot: number): boolean {
    return (this.#isExplicit && slot % 2 === 0) || this.#slots.some((used) => used.slot === slot && used.recordsets);
  }

  #outputs(frame: RValue, emit: EmitForms): { outputs: JetOutput[]; rejected: JetReject[] } {
    const outputs: JetOutput[] = [];
    const rejected: JetReject[] = [];
    for (const entry of list(frame, 'outputs')) {
      const slot = number(entry, 'slot');
      const form: RecordForm | undefined = emit[slot];
      if (form === undefined) throw malformed(`output to slot ${slot}, which was not asked for`);
      const values = valuesOf(entry);
      const takesSets = this.#takesSets(slot);
      const written = takesSets ? writeRecordSets(values, form) : { ...writeOutputs(values, form), sets: null };
      outputs.push({ slot, records: written.records, sets: written.sets });
      for (const { text, reason } of written.rejected) rejected.push({ side: 'out', index: -1, slot, text, reason });
    }
    return { outputs, rejected };
  }

  #changes(frame: RValue): Change[] {
    return list(frame, 'changes').map((change) => {
      const key = keyOf(change);
      return { key, value: this.#values.fromR(key, raw(change, 'value')) };
    });
  }

  #loans(frame: RValue): ReturnedLoan[] {
    return list(frame, 'loans').map((loan) => {
      const key = keyOf(loan);
      const isChanged = !(loan.member('value')?.isNull ?? true);
      const value = isChanged ? this.#values.fromR(key, raw(loan, 'value')) : null;
      return { key, value, uses: number(loan, 'uses') };
    });
  }

  #stateRequest(frame: RValue): StateRequest {
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
}

function modelFields({ name, file, explicit, slots }: StartedModel): Field {
  return { name, file, explicit, slots: slots.map(({ slot, action, recordsets }) => ({ slot, action, recordsets })) };
}

const emitFields = (emit: EmitForms): Field => ({ ...emit });

function keyFields(key: Lendable): string[] {
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

function poolsOf(frame: RValue): ReturnedPool[] {
  return list(frame, 'pools').map((returned) => ({
    pool: text(returned, 'pool'),
    uses: number(returned, 'uses'),
    forgotten: returned.member('forgotten')?.integer(0) === 1,
  }));
}

function valuesOf(entry: RValue): RValue {
  const values = member(entry, 'values');
  if (values.isBare && [LIST, DOUBLE, STRING, LOGICAL, INTEGER].includes(values.type)) return values;
  throw malformed('outputs that are neither a list nor a plain vector');
}

function keyOf(frame: RValue): Key {
  const [kind, name, item] = member(frame, 'key').type === STRING ? member(frame, 'key').texts() : [];
  if (kind === 'cell' && typeof name === 'string') return cellKey(name);
  if (kind === 'item' && typeof name === 'string' && typeof item === 'string') return itemKey(name, item);
  throw malformed('a key that names neither a cell nor an item');
}

function raw(frame: RValue, field: string): Buffer {
  const { type, bytes, at, length } = member(frame, field);
  if (type !== RAW) throw malformed(`no bytes '${field}'`);
  return bytes.subarray(at, at + length);
}

function number(frame: RValue, field: string): number {
  const found = member(frame, field);
  if (found.length === 1 && found.type === DOUBLE) return found.double(0);
  if (found.length === 1 && found.type === INTEGER) return found.integer(0);
  throw malformed(`no number '${field}'`);
}

function text(frame: RValue, field: string): string {
  const found = member(frame, field);
  const content = found.type === STRING && found.length === 1 ? found.text(0) : null;
  if (content === null) throw malformed(`no text '${field}'`);
  return content;
}

function list(frame: RValue, field: string): readonly RValue[] {
  const found = frame.member(field);
  if (found === undefined || found.isNull) return [];
  if (found.type !== LIST) throw malformed(`no list '${field}'`);
  return Array.from({ length: found.length }, (_, index) => found.item(index));
}

function member(frame: RValue, field: string): RValue {
  const found = frame.member(field);
  if (found === undefined) throw malformed(`no '${field}'`);
  return found;
}

function malformed(what: string, cause?: unknown): FastScoreError {
  return new FastScoreError('JET_PROTOCOL', `An R jet sent a frame with ${what}`, { cause });
}
