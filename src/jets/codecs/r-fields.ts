import { FastScoreError } from '../../core/errors.ts';
import { DOUBLE, INTEGER, LIST, RAW, STRING } from './r-serialize/format.ts';
import type { RValue } from './r-serialize/value.ts';

export function raw(frame: RValue, field: string): Buffer {
  const found = member(frame, field);
  if (found.type !== RAW) throw malformed(`no bytes '${field}'`);
  return bytesOf(found);
}

/** Of a raw vector. */
export const bytesOf = ({ bytes, at, length }: RValue): Buffer => bytes.subarray(at, at + length);

export function number(frame: RValue, field: string): number {
  const found = member(frame, field);
  if (found.length === 1 && found.type === DOUBLE) return found.double(0);
  if (found.length === 1 && found.type === INTEGER) return found.integer(0);
  throw malformed(`no number '${field}'`);
}

export function text(frame: RValue, field: string): string {
  const found = member(frame, field);
  const content = found.type === STRING && found.length === 1 ? found.text(0) : null;
  if (content === null) throw malformed(`no text '${field}'`);
  return content;
}

export function list(frame: RValue, field: string): readonly RValue[] {
  const found = frame.member(field);
  if (found === undefined || found.isNull) return [];
  if (found.type !== LIST) throw malformed(`no list '${field}'`);
  return Array.from({ length: found.length }, (_, index) => found.item(index));
}

export function member(frame: RValue, field: string): RValue {
  const found = frame.member(field);
  if (found === undefined) throw malformed(`no '${field}'`);
  return found;
}

export function malformed(what: string, cause?: unknown): FastScoreError {
  return new FastScoreError('JET_PROTOCOL', `An R jet sent a frame with ${what}`, { cause });
}
