import type { ByteWriter } from '../util/byte-writer.ts';
import { UnfitRecordError } from './unfit-record.ts';

/**
 * Writes a float as JSON has numbers.
 * @throws UnfitRecordError when it is not finite
 */
export function writeFloat(out: ByteWriter, value: number): void {
  if (!Number.isFinite(value)) throw new UnfitRecordError(`${value} has no counterpart in JSON`);
  out.ascii(floatText(value));
}

/** A number that keeps being a float where numbers are told apart by how they are written: `2.0`. */
function floatText(value: number): string {
  const text = String(value);
  return Number.isInteger(value) && !text.includes('e') ? (Object.is(value, -0) ? '-0.0' : `${text}.0`) : text;
}
