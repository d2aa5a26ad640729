import fc from 'fast-check';
import type { SnapshotHeader } from '../../../src/core/snapshot/format.ts';
import type { Entry } from '../../../src/core/state/entry.ts';
import { cellKey, compareKeys, itemKey, keyId } from '../../../src/core/state/key.ts';
import type { StateValue } from '../../../src/core/state/value.ts';
import { jsonValue } from '../../../src/core/state/value.ts';
import { anyUnit } from '../../util/any-unit.ts';
import { jsonText } from '../../util/json-text.ts';

export const header: SnapshotHeader = {
  id: 'k3v9qd2m',
  model: 'tally',
  created: '2026-03-01T08:30:00.123Z',
  engine: '2.0.0',
  trigger: 'eof',
  records: { in: { '0': 3 }, out: { '1': 3 } },
  positions: { '0': { byte: 42 } },
};

/** One of each kind, in order. */
export const entries: readonly Entry[] = [
  [cellKey('seen'), { json: '[1,2]', native: { language: 'python', data: Buffer.from('native bytes') } }],
  [cellKey('total'), jsonValue('6')],
  [itemKey('counter', 'x "y" \u00e9'), jsonValue('{"a":"\\u20ac","b":1.50}')],
  [itemKey('counter', 'z'), { json: null, native: { language: 'R', data: Buffer.from([0, 255]) } }],
];

/** States of any content, in order. */
export function states(): fc.Arbitrary<Entry[]> {
  const name = fc.oneof(
    fc.string({ unit: anyUnit, maxLength: 6 }),
    fc.constantFrom('a', 'b', '__proto__', '\ud800', '"\\\n'),
  );
  const key = fc.oneof(
    name.map(cellKey),
    fc.tuple(name, name).map(([pool, item]) => itemKey(pool, item)),
  );
  const native = fc.record({
    language: fc.constantFrom('python' as const, 'R' as const),
    data: fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)),
  });
  const value: fc.Arbitrary<StateValue> = fc.oneof(
    jsonText().map(jsonValue),
    fc.record({ json: fc.option(jsonText()), native }),
  );
  return fc
    .uniqueArray(fc.tuple(key, value), { selector: ([one]) => keyId(one), maxLength: 12 })
    .map((some) => some.sort(([left], [right]) => compareKeys(left, right)));
}

export function headers(): fc.Arbitrary<SnapshotHeader> {
  const slot = fc.nat(65_535).map(String);
  const counts = fc.dictionary(slot, fc.maxSafeNat(), { maxKeys: 3, noNullPrototype: true });
  const position = fc.dictionary(fc.string({ maxLength: 4 }), fc.jsonValue({ maxDepth: 1 }), {
    maxKeys: 2,
    noNullPrototype: true,
  });
  const always = fc.record({
    id: fc.stringMatching(/^[a-z0-9]{8}$/),
    model: fc.string({ unit: anyUnit }),
    created: fc
      .date({ min: new Date(0), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true })
      .map((date) => date.toISOString()),
    engine: fc.string(),
    trigger: fc.string(),
    records: fc.record({ in: counts, out: counts }),
    positions: fc.dictionary(slot, position, { maxKeys: 3, noNullPrototype: true }),
  });
  return fc
    .tuple(always, fc.option(fc.string({ unit: anyUnit })))
    .map(([rest, misc]) => (misc === null ? rest : { ...rest, misc }));
}
