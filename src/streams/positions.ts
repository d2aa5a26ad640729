import { FastScoreError } from '../core/errors.ts';
import type { InputPosition, OutputPosition, TransactionPosition } from './types.ts';

/** @throws FastScoreError SNAPSHOT_FORMAT */
export function parseInputPosition(position: Readonly<Record<string, unknown>>): InputPosition {
  const { byte, record, partitions, ended } = position;
  if (isOffset(byte)) return { byte };
  if (isOffset(record)) return { record };
  if (isOffsets(partitions) && ended === undefined) return { partitions };
  if (isOffsets(partitions) && Array.isArray(ended) && ended.every(isOffset)) return { partitions, ended };
  throw unknownPosition(position);
}

/** @throws FastScoreError SNAPSHOT_FORMAT */
export function parseOutputPosition(position: Readonly<Record<string, unknown>>): OutputPosition {
  const { byte, record, transaction, partitions } = position;
  if (isOffset(byte)) return { byte };
  if (isOffset(record) && isOffsets(partitions)) return { record, partitions };
  if (isOffset(record) && transaction === undefined) return { record };
  if (isOffset(record) && isTransaction(transaction)) return { record, transaction };
  throw unknownPosition(position);
}

const isOffset = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

function isOffsets(value: unknown): value is Record<string, number> {
  return typeof value === 'object' && value !== null && Object.values(value).every(isOffset);
}

function isTransaction(value: unknown): value is TransactionPosition {
  if (typeof value !== 'object' || value === null) return false;
  const { id, producer, epoch, from, count } = value as Record<string, unknown>;
  return typeof id === 'string' && typeof producer === 'string' && [epoch, from, count].every(isOffset);
}

function unknownPosition(position: unknown): FastScoreError {
  return new FastScoreError(
    'SNAPSHOT_FORMAT',
    `The snapshot has a position of a stream that this release cannot go on from: ${JSON.stringify(position)}`,
    { hint: 'Restore without resuming, or use the release of fastscore that took it' },
  );
}
