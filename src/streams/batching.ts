import { FastScoreError } from '../core/errors.ts';
import { Fields, isObject } from './fields.ts';

/** When a batch ends, apart from control records and the end of the input; null lifts a limit. */
export interface Batching {
  /** Most records in a batch. */
  readonly watermark: number | null;
  /** How long after its first record a batch waits for more. */
  readonly nagleTimeMs: number | null;
}

const NORMAL: Batching = { watermark: 1000, nagleTimeMs: 500 };
const EXPLICIT: Batching = { watermark: null, nagleTimeMs: null };
const SINGLE: Batching = { watermark: 1, nagleTimeMs: null };

/** @param value the field `Batching` of a descriptor, undefined when omitted */
export function parseBatching(value: unknown): Batching {
  if (value === undefined) return NORMAL;
  if (value === null) return SINGLE;
  if (typeof value === 'string') {
    const name = value.toLowerCase();
    if (name === 'normal') return NORMAL;
    if (name === 'explicit') return EXPLICIT;
  }
  if (!isObject(value)) {
    throw new FastScoreError('BAD_DESCRIPTOR', 'Batching must be "normal", "explicit", null or an object');
  }
  const fields = new Fields('Batching', value, ['Watermark', 'NagleTime']);
  const watermark = limit(fields.raw('Watermark'), NORMAL.watermark);
  if (watermark !== null && !isIntegerFrom(watermark, 1)) {
    throw new FastScoreError('BAD_DESCRIPTOR', 'Watermark must be a positive number of records or null');
  }
  const nagleTimeMs = limit(fields.raw('NagleTime'), NORMAL.nagleTimeMs);
  if (nagleTimeMs !== null && !isIntegerFrom(nagleTimeMs, 0)) {
    throw new FastScoreError('BAD_DESCRIPTOR', 'NagleTime must be a number of milliseconds or null');
  }
  return { watermark, nagleTimeMs };
}

/**
 * Most records in a batch of a slot without record sets. Such batches are nothing that a model sees: unless the descriptor says a
 * number, it is left to the engine, which makes them as large as the time that they take allows; then null.
 */
export function promptLimit(batching: Batching): number | null {
  return batching === NORMAL ? null : batching.watermark;
}

function limit(value: unknown, omitted: number | null): unknown {
  return value === undefined ? omitted : value;
}

function isIntegerFrom(value: unknown, least: number): value is number {
  return Number.isSafeInteger(value) && (value as number) >= least;
}
