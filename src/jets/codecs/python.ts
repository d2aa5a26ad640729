import type { RecordForm, Records } from '../../core/records.ts';
import type { EngineFrame, JetCodec, JetFrame, JetOutput, JetReject } from '../protocol.ts';
import { PROTOCOL_VERSION } from '../protocol.ts';
import { decodeResult, encodeBatch, isCompact } from './python-compact.ts';
import type { Header } from './python-header.ts';
import { blob, body, list, malformed, number, object, open, string, wordsOf } from './python-header.ts';
import { changes, encodeReply, keyFields, returnedLoans, returnedPools, stateRequest } from './python-state.ts';

/** Body for Python: uint32 LE header length, header as JSON, blobs end to end; `header.blobs` lists their lengths. */
export function createPythonCodec(): JetCodec {
  return { encode: encodeFrame, decode: decodeFrame };
}

function encodeFrame(frame: EngineFrame): Buffer[] {
  switch (frame.t) {
    case 'start':
      return body({ ...frame, protocol: PROTOCOL_VERSION }, []);
    case 'begin':
      return body({ t: 'begin' }, []);
    case 'end':
    case 'run':
    case 'go':
    case 'eof':
      return body(frame, []);
    case 'batch':
      return encodeBatch(frame);
    case 'recall':
      return body({ t: 'recall', key: keyFields(frame.key) }, []);
    case 'reply':
      return encodeReply(frame);
  }
}

function decodeFrame(frame: Buffer): JetFrame {
  if (isCompact(frame)) return decodeResult(frame);
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
        outputs: outputs(header, blobs),
        rejected: rejected(header),
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

function outputs(header: Header, blobs: Buffer[]): JetOutput[] {
  return list(header, 'outputs').map((entry) => {
    const output = object(entry, 'output');
    const form = string(output, 'form');
    if (form !== 'json' && form !== 'text' && form !== 'bytes') throw malformed(`form ${form}`);
    const written = records(output, form, blobs);
    return {
      slot: number(output, 'slot'),
      records: written,
      sets: sets(output, written.count),
      origins: origins(output, written.count),
      haveScalars: true,
    };
  });
}

function origins(output: Header, count: number): number[] | null {
  if (output.origins == null) return null;
  const places = list(output, 'origins');
  if (places.length !== count) throw malformed('origins that do not fit the count');
  for (const place of places) {
    if (typeof place !== 'number' || !Number.isInteger(place) || place < 0)
      throw malformed('an origin that is no place');
  }
  return places as number[];
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
