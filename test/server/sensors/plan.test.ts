import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FastScoreError } from '../../../src/core/errors.ts';
import { parseSensor } from '../../../src/server/sensors/plan.ts';

test('a tap is enough', () => {
  expect(parseSensor({ Tap: 'sys.memory' })).toEqual({
    tap: 'sys.memory',
    activation: { type: 'permanent' },
    aggregation: { type: 'accumulate', sampleSize: null },
    filter: null,
    reportMs: 1000,
    sink: null,
  });
});

test('all of it is understood', () => {
  expect(
    parseSensor({
      Version: '1.2',
      Description: 'all',
      Tap: 't',
      Activate: { Type: 'regular', Interval: 0.5, Duration: 0.1, MaxReads: 3 },
      Aggregate: { Type: 'accumulate', SampleSize: 10 },
      Filter: null,
      Report: { Interval: 2.5 },
      Sink: { Type: 'Pneumo' },
    }),
  ).toEqual({
    tap: 't',
    activation: { type: 'regular', everyMs: 500, durationMs: 100, maxReads: 3 },
    aggregation: { type: 'accumulate', sampleSize: 10 },
    filter: null,
    reportMs: 2500,
    sink: null,
  });
  expect(parseSensor({ Tap: 't', Activate: { Type: 'random', Intensity: 2 } }).activation).toEqual({
    type: 'random',
    perSecond: 2,
    durationMs: null,
    maxReads: null,
  });
});

test('no aggregation and reports at once are what null and 0 say', () => {
  const plan = parseSensor({ Tap: 't', Activate: 'permanent', Aggregate: null, Report: { Interval: 0.0 } });
  expect(plan).toMatchObject({ aggregation: null, reportMs: 0 });
});

test.each([
  [[], 'A sensor descriptor must be a JSON object'],
  [{}, "Sensor descriptor requires 'Tap'"],
  [{ Tap: 5 }, "'Tap' must be a string"],
  [{ Tap: 't', tap: 'u' }, "Sensor descriptor has no field 'tap'"],
  [{ Tap: 't', Activate: 'never' }, "Activate is permanent, regular or random, not 'never'"],
  [{ Tap: 't', Activate: 'regular' }, "Activate requires 'Interval'"],
  [
    { Tap: 't', Activate: { Type: 'regular', Interval: 0 } },
    'Interval of Activate must be from 0.01 to 86400 seconds, not 0',
  ],
  [{ Tap: 't', Activate: { Type: 'random', Intensity: 0 } }, 'Intensity of Activate must be above 0, at most 100'],
  [{ Tap: 't', Activate: { Type: 'regular', Interval: 1, MaxReads: 0 } }, "'MaxReads' of Activate must be at least 1"],
  [{ Tap: 't', Aggregate: 'mean' }, "Aggregate is accumulate, sum, count or null, not 'mean'"],
  [{ Tap: 't', Aggregate: { Type: 'accumulate', SampleSize: 0 } }, "'SampleSize' of Aggregate must be at least 1"],
  [{ Tap: 't', Report: 5 }, 'Report must be an object'],
  [{ Tap: 't', Report: { Interval: '1' } }, "'Interval' of Report must be a number"],
  [{ Tap: 't', Report: { Interval: -1 } }, 'Interval of Report must be from 0.01 to 86400 seconds, not -1'],
  [{ Tap: 't', Sink: { Type: 'Kafka' } }, "requires 'Topic'"],
  [{ Tap: 't', Sink: { Type: 'Kafka', Topic: 'x', Partition: -1 } }, "'Partition' of Sink"],
  [{ Tap: 't', Sink: 'smoke signals' }, "Sink is pneumo or kafka, not 'smoke signals'"],
])('%j is refused', (descriptor, message) => {
  expect(() => parseSensor(descriptor)).toThrow(message);
});

test('whatever JSON comes is understood, or refused as a bad descriptor', () => {
  const value = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom('permanent', 'sum', 'pneumo', 'regular', '>'),
    fc.record(
      {
        Type: fc.constantFrom(
          'permanent',
          'regular',
          'random',
          'accumulate',
          'sum',
          '>',
          'within-range',
          'Pneumo',
          'x',
        ),
        Interval: fc.oneof(fc.double(), fc.jsonValue()),
        Intensity: fc.oneof(fc.double(), fc.jsonValue()),
        Threshold: fc.oneof(fc.double(), fc.constant('1G'), fc.jsonValue()),
        MinValue: fc.integer(),
        MaxValue: fc.integer(),
        MaxReads: fc.oneof(fc.integer(), fc.jsonValue()),
        SampleSize: fc.oneof(fc.integer(), fc.jsonValue()),
      },
      { requiredKeys: [] },
    ),
  );
  const names = ['Tap', 'Activate', 'Aggregate', 'Filter', 'Report', 'Sink', 'Version', 'Other'] as const;
  const fields = fc.record(Object.fromEntries(names.map((name) => [name, value])), { requiredKeys: [] });
  const descriptor = fc.oneof(
    fc.jsonValue(),
    fields,
    fields.map((all) => ({ Tap: 't', ...all })),
  );
  fc.assert(
    fc.property(descriptor, (json) => {
      try {
        const { reportMs } = parseSensor(json);
        expect(reportMs === 0 || reportMs >= 10).toBe(true);
      } catch (error) {
        expect(error).toBeInstanceOf(FastScoreError);
        expect((error as FastScoreError).code).toBe('BAD_DESCRIPTOR');
      }
    }),
    { numRuns: 500 },
  );
});
