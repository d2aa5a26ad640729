import type { ByteWriter } from '../../../util/byte-writer.ts';
import { UnfitRecordError } from '../../unfit-record.ts';

/** Seven bits each: 64 bits and no more. */
const MOST_BYTES = 10;

/** As many bytes as a number holds exactly. */
const SAFE_BYTES = 7;

/** Where an integer ends that begins at `at`; -1 when its end is not there, -2 when it has none. */
export function varintEnd(data: Uint8Array, at: number): number {
  for (let i = at; i < data.length; i++) {
    if (data[i]! < 0x80) return i + 1;
    if (i - at === MOST_BYTES - 1) return -2;
  }
  return -1;
}

/** The integer in these bytes as a number: exact up to 48 bits, which is enough for lengths, counts and indices. */
export function varintNumber(data: Uint8Array, at: number, end: number): number {
  let value = 0;
  for (let i = end - 1; i >= at; i--) value = value * 128 + (data[i]! & 0x7f);
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}

/** The integer in these bytes, every digit of it. */
export function varintText(data: Uint8Array, at: number, end: number): string {
  if (end - at <= SAFE_BYTES) return String(varintNumber(data, at, end));
  let value = 0n;
  for (let i = end - 1; i >= at; i--) value = (value << 7n) | BigInt(data[i]! & 0x7f);
  value = BigInt.asUintN(64, value);
  return String(value & 1n ? -((value + 1n) >> 1n) : value >> 1n);
}

/** A number up to 2^47 in size. */
export function writeVarint(out: ByteWriter, value: number): void {
  let rest = value < 0 ? -2 * value - 1 : 2 * value;
  while (rest >= 0x80) {
    out.byte((rest % 128) | 0x80);
    rest = Math.floor(rest / 128);
  }
  out.byte(rest);
}

/** Digits of an integer of at most 64 bits. */
export function writeVarintText(out: ByteWriter, text: string): void {
  if (text.length <= 14) {
    writeVarint(out, Number(text));
    return;
  }
  const value = BigInt(text);
  if (BigInt.asIntN(64, value) !== value) throw new UnfitRecordError(`${text} does not fit 64 bits`);
  let rest = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n));
  while (rest >= 0x80n) {
    out.byte(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  out.byte(Number(rest));
}
