import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  decodeAssignment,
  decodeTopics,
  encodeAssignment,
  encodeTopics,
  shareInTurn,
} from '../../../../src/streams/transports/kafka/group-protocol.ts';

const topic = fc.constantFrom<string>('a', 'b', 'c');

test('what a member wants to read, and what it gets, comes out as it went in', () => {
  fc.assert(
    fc.property(fc.array(topic), fc.dictionary(topic, fc.array(fc.nat(100))), (topics, share) => {
      expect(decodeTopics(encodeTopics(topics))).toEqual(topics);
      const assignment = new Map(Object.entries(share));
      expect(decodeAssignment(encodeAssignment(assignment))).toEqual(assignment);
    }),
  );
});

test('a member that tells more of itself, as later clients do, is understood', () => {
  const told = Buffer.concat([encodeTopics(['t']), Buffer.from([0, 0, 0, 0, 255, 255, 255, 255])]);
  told.writeInt16BE(3);
  expect(decodeTopics(told)).toEqual(['t']);
});

test('an answer without an assignment is one of nothing', () => {
  expect(decodeAssignment(Buffer.alloc(0))).toEqual(new Map());
});

test('each partition goes to one member that reads its topic, and none gets many more than another', () => {
  const members = fc.uniqueArray(
    fc.record({ memberId: fc.string({ minLength: 1 }), topics: fc.uniqueArray(topic, { minLength: 1 }) }),
    { selector: ({ memberId }) => memberId, minLength: 1, maxLength: 6 },
  );
  const counts = fc.uniqueArray(fc.tuple(topic, fc.nat(10)), { selector: ([name]) => name });
  fc.assert(
    fc.property(members, counts, (all, partitionCounts) => {
      const shares = shareInTurn(all, new Map(partitionCounts));
      expect([...shares.keys()].sort()).toEqual(all.map(({ memberId }) => memberId).sort());
      for (const [name, count] of partitionCounts) {
        const readers = all.filter(({ topics }) => topics.includes(name));
        const given = readers.map(({ memberId }) => shares.get(memberId)!.get(name) ?? []);
        const expected = readers.length === 0 ? [] : Array.from({ length: count }, (_, i) => i);
        expect(given.flat().sort((a, b) => a - b)).toEqual(expected);
        const sizes = given.map(({ length }) => length);
        if (readers.length > 0) expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }
      for (const { memberId, topics } of all) {
        expect([...shares.get(memberId)!.keys()].every((name) => topics.includes(name))).toBe(true);
      }
    }),
  );
});
