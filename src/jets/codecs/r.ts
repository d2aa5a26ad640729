import type { RecordForm } from '../../core/records.ts';
import type {
  AskFrame,
  BatchFrame,
  EmitForms,
  EngineFrame,
  JetCodec,
  JetFrame,
  JetOutput,
  JetReject,
  StartedModel,
} from '../protocol.ts';
import { PROTOCOL_VERSION } from '../protocol.ts';
import { list, malformed, member, number, text } from './r-fields.ts';
import { writeRecordSet } from './r-record-sets-in.ts';
import type { DeliveredRecords } from './r-records-in.ts';
import { writeRecords } from './r-records-in.ts';
import { writeOutputs, writeRecordSets } from './r-records-out.ts';
import { DOUBLE, INTEGER, LIST, LOGICAL, STRING } from './r-serialize/format.ts';
import { readR, UnreadableError } from './r-serialize/reader.ts';
import type { RValue } from './r-serialize/value.ts';
import type { Field } from './r-serialize/value-writer.ts';
import { RValueWriter } from './r-serialize/value-writer.ts';
import { keyFields, RStateFrames } from './r-state-frames.ts';

/** Body for R: one named list, serialized as r-serialize/format.ts says. Records are decoded and encoded on this side. */
export function createRCodec(): JetCodec {
  const codec = new RCodec();
  return {
    encode: (frame) => [codec.encode(frame)],
    decode: (body) => codec.decode(body),
  };
}

/** What is known of a batch that the jet has and has not answered. */
interface SentBatch extends DeliveredRecords {
  readonly slot: number;
  readonly emit: EmitForms;
}

type Done = Pick<AskFrame, 'outputs' | 'rejected' | 'changes'>;

class RCodec {
  readonly #writer = new RValueWriter();
  readonly #state = new RStateFrames();
  readonly #sent = new Map<number, SentBatch>();
  #slots: StartedModel['slots'] = [];
  #isExplicit = false;
  /** What the program of an explicit model has read last. */
  #read: SentBatch | null = null;
  #emit: EmitForms = {};

  encode(frame: EngineFrame): Buffer {
    switch (frame.t) {
      case 'start':
        this.#slots = frame.model.slots;
        this.#isExplicit = frame.model.explicit;
        return this.#body({ ...frame, protocol: PROTOCOL_VERSION, model: modelFields(frame.model) });
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
        return this.#body(this.#state.reply(frame));
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
        return this.#state.handIn(frame);
      case 'failed':
        return this.#failed(frame);
      case 'state':
        return this.#state.request(frame);
      default:
        throw malformed(`frame type ${JSON.stringify(t)}`);
    }
  }

  #batch({ id, slot, seqno, records, emit, origins }: BatchFrame): Buffer {
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
      ...(origins && { marked: true }),
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

  #body(fields: Readonly<Record<string, Field>>): Buffer {
    this.#writer.start();
    this.#writer.fields(fields);
    return this.#writer.take();
  }

  #result(frame: RValue): JetFrame {
    const id = number(frame, 'id');
    return { t: 'result', id, ...this.#done(frame, this.#take(id)) };
  }

  #ask(frame: RValue): AskFrame {
    const slot = frame.member('slot')?.isNull === false ? number(frame, 'slot') : null;
    const read = this.#read;
    this.#read = null;
    return {
      t: 'ask',
      slot,
      ...this.#done(frame, { leftOut: [], slot: 0, positions: null, ...read, emit: this.#emit }),
    };
  }

  #failed(frame: RValue): JetFrame {
    const phase = text(frame, 'phase');
    const [message, traceback] = [text(frame, 'message'), text(frame, 'traceback')];
    if (phase === 'load' || phase === 'begin' || phase === 'end' || phase === 'program') {
      return { ...this.#ask(frame), t: 'failed', phase, message, traceback };
    }
    if (phase !== 'action') throw malformed(`phase ${JSON.stringify(phase)}`);
    const [id, index] = [number(frame, 'id'), number(frame, 'index')];
    const batch = this.#take(id);
    const at = batch.positions?.[index] ?? index;
    return { t: 'failed', phase, message, traceback, id, index: at, ...this.#done(frame, batch) };
  }

  /** What came of the work on a batch. */
  #done(frame: RValue, { emit, slot, leftOut, positions }: Omit<SentBatch, 'count'>): Done {
    const { outputs, rejected } = this.#outputs(frame, emit, positions);
    const unread = leftOut.map((record): JetReject => ({ side: 'in', slot, ...record }));
    return { outputs, rejected: [...unread, ...rejected], changes: this.#state.changes(frame) };
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

  #outputs(
    frame: RValue,
    emit: EmitForms,
    positions: DeliveredRecords['positions'],
  ): Pick<Done, 'outputs' | 'rejected'> {
    const outputs: JetOutput[] = [];
    const rejected: JetReject[] = [];
    for (const entry of list(frame, 'outputs')) {
      const slot = number(entry, 'slot');
      const form: RecordForm | undefined = emit[slot];
      if (form === undefined) throw malformed(`output to slot ${slot}, which was not asked for`);
      const values = valuesOf(entry);
      const origins = originsOf(entry, values, positions);
      const places: number[] | null = origins && [];
      const takesSets = this.#takesSets(slot);
      const written = takesSets ? writeRecordSets(values, form) : { ...writeOutputs(values, form, places), sets: null };
      const { records, sets } = written;
      const from = takesSets ? null : (places?.map((at) => origins![at]!) ?? null);
      outputs.push({ slot, records, sets, origins: from, haveScalars: false });
      for (const { place, text, reason } of written.rejected)
        rejected.push({ side: 'out', index: origins?.[place] ?? -1, slot, text, reason });
    }
    return { outputs, rejected };
  }
}

/** Where in the batch the record is that each value was emitted for; null when nobody asked. */
function originsOf(entry: RValue, values: RValue, positions: DeliveredRecords['positions']): number[] | null {
  const marks = entry.member('marks');
  if (marks === undefined) return null;
  if (marks.type !== DOUBLE) throw malformed('marks that are no numbers');
  let record = 0;
  return Array.from({ length: values.length }, (_, place) => {
    while (record < marks.length && marks.double(record) <= place) record += 1;
    return positions?.[record] ?? record;
  });
}

function modelFields({ name, file, explicit, slots }: StartedModel): Field {
  return { name, file, explicit, slots: slots.map(({ slot, action, recordsets }) => ({ slot, action, recordsets })) };
}

const emitFields = (emit: EmitForms): Field => ({ ...emit });

function valuesOf(entry: RValue): RValue {
  const values = member(entry, 'values');
  if (values.isBare && [LIST, DOUBLE, STRING, LOGICAL, INTEGER].includes(values.type)) return values;
  throw malformed('outputs that are neither a list nor a plain vector');
}
