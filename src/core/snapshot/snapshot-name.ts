import { STORED_ID } from './id.ts';

/**
 * File names of snapshots: `20260301T083000123Z-12-k3v9qd2m.snapshot`, time in UTC with milliseconds, sequence number, id.
 * The sequence number says which one is newer even when the clock was set back.
 */
export interface SnapshotName {
  readonly created: Date;
  readonly sequence: number;
  readonly id: string;
}

export function formatSnapshotName({ created, sequence, id }: SnapshotName): string {
  return `${created.toISOString().replace(/[-:.]/g, '')}-${sequence}-${id}.snapshot`;
}

const NAME = new RegExp(
  `^(\\d{4})(\\d\\d)(\\d\\d)T(\\d\\d)(\\d\\d)(\\d\\d)(\\d{3})Z-(\\d{1,15})-(${STORED_ID})\\.snapshot$`,
);

/** Undefined for other files. */
export function parseSnapshotName(fileName: string): SnapshotName | undefined {
  const match = NAME.exec(fileName);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, millisecond, sequence, id = ''] = match;
  const created = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}.${millisecond}Z`);
  return Number.isNaN(created.getTime()) ? undefined : { created, sequence: Number(sequence), id };
}

/** Newest first. */
export function compareSnapshotNames(left: SnapshotName, right: SnapshotName): number {
  return (
    right.sequence - left.sequence ||
    right.created.getTime() - left.created.getTime() ||
    (left.id < right.id ? -1 : left.id > right.id ? 1 : 0)
  );
}
