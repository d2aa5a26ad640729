/**
 * The snapshot file, version 1. ASCII text, one JSON object per line, each line ended by one newline byte:
 *
 *     {"fastscore":"snapshot","version":1,"id":"k3v9qd2m","model":"tally","created":"2026-03-01T08:30:00.123Z","engine":"2.0.0","trigger":"eof","records":{"in":{"0":3},"out":{"1":3}},"positions":{"0":{"byte":42}}}
 *     {"cell":"seen","python":"gASVCQAAAAAAAACPlChLAUsCkC4=","value":[1,2]}
 *     {"cell":"total","value":6}
 *     {"pool":"counter","item":"x","value":3}
 *     {"count":3,"sha256":"b200dae1d0a3775b9e7d23ffe6d7b4123d535e5ff5b7e9b47c62dc306096ec02"}
 *
 * - First line, the header: what {@link SnapshotHeader} says. `misc` is there only when whoever asked for the snapshot gave one.
 * - Then one line per key in the order of `compareKeys`. Fields are in the order shown. `value` comes last, so its text is exactly
 *   what stands between `"value":` and the brace that ends the line: numbers keep every digit. `python` or `R` holds the native form in
 *   base64; a value without a JSON view has no `value`.
 * - Last line, the trailer: the number of keys, and the SHA-256 of all bytes before the trailer.
 *
 * All text is in the canonical spelling of `util/canonical-json.ts`. So the same data makes the same bytes, whoever stored it.
 * Readers take any spelling of the same JSON in ASCII, and ignore header fields that they do not know; everything else that is not
 * as said here is refused. The page for other tools is docs/snapshot-format.md.
 */
import { asciiJson } from '../../util/canonical-json.ts';
import { FastScoreError } from '../errors.ts';
import type { Entry } from '../state/entry.ts';
import type { Part } from '../state/part.ts';
import { isSnapshotId } from './id.ts';

const SNAPSHOT_VERSION = 1;
/** The name of the format in listings, beside FastScore 1.10's own `ETS1`. */
export const SNAPSHOT_TYPE = 'FST1';
/** How every snapshot file begins. */
export const SNAPSHOT_MAGIC = '{"fastscore":"snapshot",';

/** One line, newline included: what writers may make and readers accept. Below the longest string of Node. */
export const MAX_LINE_BYTES = 500_000_000;
export const MAX_HEADER_BYTES = 1 << 20;

type CountBySlot = Readonly<Record<string, number>>;

export interface SnapshotHeader {
  readonly id: string;
  readonly model: string;
  /** ISO 8601 in UTC with milliseconds and Z, as `Date.toISOString` writes it. */
  readonly created: string;
  /** Release of the engine that took the snapshot. */
  readonly engine: string;
  /** What it was taken for, such as `eof`. */
  readonly trigger: string;
  /** Records read and written up to the snapshot. */
  readonly records: { readonly in: CountBySlot; readonly out: CountBySlot };
  /** By slot: where an input goes on and where an output ended, in the terms of its transport; `stream` is what that was. */
  readonly positions: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Text of whoever asked for it. */
  readonly misc?: string;
}

export interface Snapshot {
  readonly header: SnapshotHeader;
  /** What it holds, in the order of `compareKeys`. */
  readonly parts: readonly Part[];
  /** The same one by one; they are made when this is asked for. */
  readonly entries: readonly Entry[];
  /** Of all lines before the last one, which tells it. */
  readonly sha256: string;
  /** Some values carry bytes that Python or R would open: not to be restored when their origin is not trusted. */
  readonly hasNative: boolean;
}

/** The first line of a snapshot, newline included. */
export function headerLine(header: SnapshotHeader): string {
  const { id, model, created, engine, trigger, records, positions, misc } = header;
  const fields = { fastscore: 'snapshot', version: SNAPSHOT_VERSION, id, model, created, engine, trigger };
  const counts = { in: records.in, out: records.out };
  return `${asciiJson({ ...fields, records: counts, positions, ...(misc === undefined ? {} : { misc }) })}\n`;
}

/** @throws FastScoreError SNAPSHOT_FORMAT for another version, SNAPSHOT_CORRUPT when a field is not as it should be */
export function parseHeaderLine(line: string): SnapshotHeader {
  const fields = parseObject(line);
  if (fields === undefined) throw badHeader('is not a JSON object');
  const { version, id, model, created, engine, trigger, records, positions, misc } = fields;
  if (!isCount(version)) throw badHeader('has no proper "version"');
  if (version !== SNAPSHOT_VERSION) {
    throw new FastScoreError(
      'SNAPSHOT_FORMAT',
      `Snapshot has format version ${version}, this release reads version ${SNAPSHOT_VERSION}`,
      { hint: 'Use the release of fastscore that took it, or a newer one' },
    );
  }
  if (typeof id !== 'string' || !isSnapshotId(id)) throw badHeader('has no proper "id"');
  if (typeof model !== 'string') throw badHeader('has no proper "model"');
  if (typeof created !== 'string' || !isTimestamp(created)) throw badHeader('has no proper "created"');
  if (typeof engine !== 'string') throw badHeader('has no proper "engine"');
  if (typeof trigger !== 'string') throw badHeader('has no proper "trigger"');
  if (!isObject(records) || !isBySlot(records.in, isCount) || !isBySlot(records.out, isCount)) {
    throw badHeader('has no proper "records"');
  }
  if (!isBySlot(positions, isObject)) throw badHeader('has no proper "positions"');
  if (misc !== undefined && typeof misc !== 'string') throw badHeader('has no proper "misc"');
  const header = { id, model, created, engine, trigger, records: { in: records.in, out: records.out }, positions };
  return misc === undefined ? header : { ...header, misc };
}

/**
 * The last line of a snapshot, newline included.
 * @param count of the lines between the first and this one
 * @param sha256 of all lines before it, in hexadecimal digits
 */
export function trailerLine(count: number, sha256: string): string {
  return `{"count":${count},"sha256":"${sha256}"}\n`;
}

/** Undefined when `line` (without its newline) is not a trailer. */
export function parseTrailerLine(line: string): { count: number; sha256: string } | undefined {
  const match = /^\{"count":(0|[1-9]\d{0,14}),"sha256":"([0-9a-f]{64})"\}$/.exec(line);
  return match === null ? undefined : { count: Number(match[1]), sha256: match[2] ?? '' };
}

/** SNAPSHOT_CORRUPT, with what to do. */
export function corruptSnapshot(
  message: string,
  hint = 'Restore another snapshot; nothing of this one has been used',
): FastScoreError {
  return new FastScoreError('SNAPSHOT_CORRUPT', message, { hint });
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function badHeader(what: string): FastScoreError {
  return corruptSnapshot(`Snapshot is damaged at line 1: the header ${what}`);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isBySlot<T>(value: unknown, isValid: (item: unknown) => item is T): value is Record<string, T> {
  return isObject(value) && Object.entries(value).every(([slot, item]) => /^\d{1,9}$/.test(slot) && isValid(item));
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isTimestamp(text: string): boolean {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(text) && !Number.isNaN(Date.parse(text));
}
