import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SnapshotRules } from '../../src/model/snapshot-rules.ts';
import { describeSnapshotRules, NO_SNAPSHOTS, parseSnapshotRules } from '../../src/model/snapshot-rules.ts';

test.each<[string, Partial<SnapshotRules>]>([
  ['none', {}],
  ['eof', { eof: true }],
  ['every 10s', { everyMs: 10_000 }],
  ['every 250 ms', { everyMs: 250 }],
  ['every 5m', { everyMs: 300_000 }],
  ['every 5000', { everyRecords: 5000 }],
  ['control,eof', { control: true, eof: true }],
  [
    '  eof,  every 10s , every 5000, control, keep  5 ',
    { eof: true, everyMs: 10_000, everyRecords: 5000, control: true, keep: 5 },
  ],
])('%j says when snapshots are taken', (text, rules) => {
  expect(parseSnapshotRules(text)).toEqual({ ...NO_SNAPSHOTS, ...rules });
});

test.each([
  ['', "'' is none of eof, every 10s, every 5000, control, keep 5, none"],
  ['EOF', "'EOF' is none of eof, every 10s, every 5000, control, keep 5, none"],
  ['eof, none', "'none' stands alone"],
  ['eof,', "'' is none of eof, every 10s, every 5000, control, keep 5, none"],
  ['every', "'every' is none of eof, every 10s, every 5000, control, keep 5, none"],
  ['every 0', "'every 0' needs a number from 1 on"],
  ['every 1.5s', "'every 1.5s' is none of eof, every 10s, every 5000, control, keep 5, none"],
  ['every 50ms', "'every 50ms' is not between 100 ms and 24 days"],
  ['every 900h', "'every 900h' is not between 100 ms and 24 days"],
  ['every 10s, every 20s', "'every 20s' says again what another rule says"],
  ['eof, eof', "'eof' says again what another rule says"],
  ['keep 3', "'keep' needs a rule that takes snapshots, such as 'every 10s'"],
  ['eof, keep 0', "'keep 0' needs a number from 1 on"],
])('%j is refused in words', (text, reason) => {
  expect(parseSnapshotRules(text)).toBe(reason);
});

test('what is described is read as the same rules', () => {
  const rules = fc.record({
    eof: fc.boolean(),
    everyMs: fc.option(fc.integer({ min: 100, max: 2 ** 31 - 1 })),
    everyRecords: fc.option(fc.integer({ min: 1 })),
    control: fc.boolean(),
    keep: fc.option(fc.integer({ min: 1 })),
  });
  const taking = rules.filter((rule) => rule.keep === null || rule.eof);
  fc.assert(
    fc.property(taking, (rule) => {
      expect(parseSnapshotRules(describeSnapshotRules(rule))).toEqual(rule);
    }),
  );
});
