import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isSnapshotId, newSnapshotId } from '../../../src/core/snapshot/id.ts';
import {
  compareSnapshotNames,
  formatSnapshotName,
  parseSnapshotName,
} from '../../../src/core/snapshot/snapshot-name.ts';

const names = fc.record({
  created: fc.date({
    min: new Date('0000-01-01T00:00:00.000Z'),
    max: new Date('9999-12-31T23:59:59.999Z'),
    noInvalidDate: true,
  }),
  sequence: fc.nat(),
  id: fc.stringMatching(/^[a-z0-9]{8}$/),
});

test('a snapshot file name says time, sequence number and id', () => {
  const name = { created: new Date('2026-03-01T08:30:00.123Z'), sequence: 12, id: 'k3v9qd2m' };
  expect(formatSnapshotName(name)).toBe('20260301T083000123Z-12-k3v9qd2m.snapshot');
  fc.assert(
    fc.property(names, (some) => {
      expect(parseSnapshotName(formatSnapshotName(some))).toEqual(some);
    }),
  );
});

test.each([
  'README.md',
  '.tmp-0123456789ab-1-host',
  '20260301T083000123Z-12-k3v9qd2m.snapshot.bak',
  '20260301T083000123Z-12-k3v9qd2m',
  '20260301T083000123Z-12--k3v.snapshot',
  '20260301T083000123Z-12-k3.v9.snapshot',
  '20260301T083000123Z-k3v9qd2m.snapshot',
  '20261301T083000123Z-12-k3v9qd2m.snapshot',
])('%s is no snapshot', (file) => {
  expect(parseSnapshotName(file)).toBeUndefined();
});

test('snapshots are in order of age by sequence number, whatever their time', () => {
  const old = { created: new Date('2026-03-01T00:00:00Z'), sequence: 1, id: 'aaaaaaaa' };
  const recent = { created: new Date('2020-01-01T00:00:00Z'), sequence: 2, id: 'bbbbbbbb' };
  const same = { ...old, id: 'zzzzzzzz' };
  const later = { ...old, created: new Date('2026-03-01T00:00:01Z') };
  expect([old, same, later, recent].sort(compareSnapshotNames)).toEqual([recent, later, old, same]);
  expect(compareSnapshotNames(old, old)).toBe(0);
});

test('an id is 8 random lower-case letters and digits', () => {
  const ids = Array.from({ length: 1_000 }, newSnapshotId);
  for (const id of ids) expect(id).toMatch(/^[a-z0-9]{8}$/);
  expect(new Set(ids).size).toBe(ids.length);
  expect(new Set(ids.join('')).size).toBe(36);
  for (const text of ['', 'k3v9qd2', 'k3v9qd2mx', 'k3v9qd2M', 'k3v9qd2-', 'k3v9qd2m\n']) {
    expect(isSnapshotId(text)).toBe(false);
  }
});
