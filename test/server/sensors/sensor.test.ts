import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { TapValue } from '../../../src/server/sensors/aggregate.ts';
import { parseSensor } from '../../../src/server/sensors/plan.ts';
import { Sensor } from '../../../src/server/sensors/sensor.ts';
import type { EventTap, SampleTap } from '../../../src/server/sensors/tap.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

let give: (value: TapValue) => void = () => {};
let isLive = true;
let asked = 0;

const events = (gives: EventTap['gives'] = 'numbers'): EventTap => ({
  kind: 'events',
  name: 't',
  gives,
  subject: null,
  isLive: () => isLive,
  open(onValue) {
    give = onValue;
    return () => {
      give = () => {};
    };
  },
});

const samples = (tap: Partial<SampleTap> = {}): SampleTap => ({
  kind: 'samples',
  measures: 'levels',
  name: 't',
  gives: 'numbers',
  subject: null,
  leastMs: 0,
  isLive: () => true,
  open: () => () => {
    asked += 1;
    return asked;
  },
  ...tap,
});

function start(descriptor: Record<string, unknown>, tap: EventTap | SampleTap = events(), restful = false) {
  isLive = true;
  asked = 0;
  const heard: [unknown, number][] = [];
  const sensor = new Sensor({
    plan: parseSensor({ Tap: 't', ...descriptor }),
    tap,
    onReport: (data, deltaS) => heard.push([data, Math.round(deltaS * 1000) / 1000]),
    restful,
  });
  return { heard, sensor };
}

describe('a sensor of events', () => {
  test('adds up what comes within an interval, and says so when nothing does', () => {
    const { heard, sensor } = start({ Aggregate: 'sum', Report: { Interval: 2 } });
    give(1);
    give(2);
    vi.advanceTimersByTime(2000);
    vi.advanceTimersByTime(2000);
    give(5);
    vi.advanceTimersByTime(2000);
    sensor.stop();
    give(7);
    vi.advanceTimersByTime(10_000);
    expect(heard).toEqual([
      [3, 2],
      [0, 2],
      [5, 2],
    ]);
  });

  test('says nothing of what is not there, but does not lose what has come', () => {
    const { heard } = start({ Aggregate: 'sum' });
    isLive = false;
    vi.advanceTimersByTime(3000);
    give(1);
    vi.advanceTimersByTime(3000);
    expect(heard).toEqual([[1, 4]]);
  });

  test('reports no empty lists', () => {
    const { heard } = start({ Aggregate: 'accumulate' }, events('texts'));
    vi.advanceTimersByTime(1000);
    give('a');
    give('b');
    vi.advanceTimersByTime(1000);
    expect(heard).toEqual([[['a', 'b'], 2]]);
  });

  test('counts values, and lets only those through that the filter wants', () => {
    const { heard } = start({ Aggregate: 'count', Filter: { Type: '>', Threshold: 1 } });
    for (const value of [1, 2, 3]) give(value);
    vi.advanceTimersByTime(2000);
    expect(heard).toEqual([
      [2, 1],
      [0, 1],
    ]);
  });

  test('reports each value at once without an aggregation, or with an interval of 0', () => {
    for (const descriptor of [{ Aggregate: null }, { Aggregate: 'sum', Report: { Interval: 0 } }]) {
      const { heard } = start(descriptor);
      vi.advanceTimersByTime(500);
      give(1);
      give(2);
      expect(heard).toEqual([
        [1, 0.5],
        [2, 0],
      ]);
    }
  });

  test('leaves out what nobody could read, and says how much', () => {
    const { heard } = start({ Aggregate: null }, events('texts'));
    for (let line = 0; line < 1500; line++) give(`${line}`);
    expect(heard).toHaveLength(1000);
    vi.advanceTimersByTime(1000);
    give('next');
    expect(heard.slice(1000).map(([data]) => data)).toEqual(['(500 left out)', 'next']);
  });

  test('rests after one report that nothing has come, if it may', () => {
    const { heard } = start({ Aggregate: 'sum' }, events(), true);
    vi.advanceTimersByTime(5000);
    expect(heard).toEqual([]);
    give(1);
    vi.advanceTimersByTime(5000);
    expect(heard).toEqual([
      [1, 1],
      [0, 1],
    ]);
    expect(vi.getTimerCount()).toBe(0);
    give(2);
    vi.advanceTimersByTime(1000);
    expect(heard.at(-1)).toEqual([2, 1]);
  });

  test('reports what it has when that is about to go', () => {
    const { heard, sensor } = start({ Aggregate: 'sum' });
    sensor.flush();
    give(4);
    vi.advanceTimersByTime(250);
    sensor.flush();
    expect(heard).toEqual([[4, 0.25]]);
  });

  test('that is active now and then reads a while, or so many values', () => {
    const { heard } = start({
      Activate: { Type: 'regular', Interval: 1, Duration: 0.5, MaxReads: 2 },
      Report: { Interval: 2 },
    });
    give(0);
    vi.advanceTimersByTime(1);
    for (const value of [1, 2, 3]) give(value);
    vi.advanceTimersByTime(1000);
    give(4);
    vi.advanceTimersByTime(600);
    give(5);
    vi.advanceTimersByTime(399);
    expect(heard).toEqual([[[1, 2, 4], 2]]);
  });
});

describe('a sensor that asks', () => {
  test('asks once per report, and a level is never added up', () => {
    const { heard } = start({ Aggregate: 'sum', Report: { Interval: 3 } }, samples());
    vi.advanceTimersByTime(6000);
    expect(heard).toEqual([
      [1, 3],
      [2, 3],
    ]);
  });

  test('asks every second when reports are due at once', () => {
    const { heard } = start({ Aggregate: null }, samples());
    vi.advanceTimersByTime(2000);
    expect(heard.map(([data]) => data)).toEqual([1, 2]);
  });

  test('adds amounts up, over the time that a report must cover at least', () => {
    const tap = samples({ measures: 'amounts', leastMs: 5000 });
    const { heard } = start({ Activate: { Type: 'regular', Interval: 1 }, Aggregate: 'sum' }, tap);
    vi.advanceTimersByTime(5000);
    expect(heard).toHaveLength(1);
    expect(heard[0]).toEqual([1 + 2 + 3 + 4 + 5, 5]);
  });

  test('at random moments asks as often as its intensity says, on average', () => {
    const { sensor } = start({ Activate: { Type: 'random', Intensity: 10 }, Aggregate: 'count' }, samples());
    vi.advanceTimersByTime(100_000);
    // 1,000 are expected; seven standard deviations are 220.
    expect(Math.abs(asked - 1000)).toBeLessThan(220);
    sensor.stop();
    const before = asked;
    vi.advanceTimersByTime(10_000);
    expect(asked).toBe(before);
  });

  test('says nothing while there is nothing', () => {
    const { heard } = start({ Aggregate: 'sum' }, samples({ open: () => () => null }));
    vi.advanceTimersByTime(3000);
    expect(heard).toEqual([]);
  });
});
