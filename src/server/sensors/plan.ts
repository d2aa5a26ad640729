import { FastScoreError } from '../../core/errors.ts';
import { Fields, isObject } from '../../streams/fields.ts';
import type { KafkaTarget } from '../pneumo/kafka-writer.ts';
import type { Aggregation } from './aggregate.ts';
import type { Filter } from './filter.ts';
import { parseFilter } from './filter.ts';

/** When a sensor reads its tap. */
export type Activation =
  | { readonly type: 'permanent' }
  /** Every `everyMs`, for a while. */
  | ({ readonly type: 'regular'; readonly everyMs: number } & Spell)
  /** At random moments, `perSecond` of them on average, for a while each. */
  | ({ readonly type: 'random'; readonly perSecond: number } & Spell);

/** How long one activation lasts: until either is reached. */
export interface Spell {
  readonly durationMs: number | null;
  readonly maxReads: number | null;
}

/** A sensor descriptor that has been understood. */
export interface SensorPlan {
  readonly tap: string;
  readonly activation: Activation;
  /** null: each value is a report of its own. */
  readonly aggregation: Aggregation | null;
  readonly filter: Filter | null;
  /** 0: each value is reported at once. */
  readonly reportMs: number;
  /** A topic of Kafka; null: reports go to Pneumo. */
  readonly sink: KafkaTarget | null;
}

const FIELDS = ['Version', 'Description', 'Tap', 'Activate', 'Aggregate', 'Filter', 'Report', 'Sink'];
const DEFAULT_REPORT_S = 1;
const SHORTEST_S = 0.01;
const LONGEST_S = 86_400;

/** @throws FastScoreError BAD_DESCRIPTOR */
export function parseSensor(json: unknown): SensorPlan {
  if (!isObject(json)) throw bad('A sensor descriptor must be a JSON object');
  const fields = new Fields('Sensor descriptor', json, FIELDS);
  return {
    tap: fields.required('Tap', fields.string('Tap')),
    activation: parseActivation(fields.raw('Activate') ?? 'permanent'),
    aggregation: parseAggregation(fields.raw('Aggregate')),
    filter: parseFilter(fields.raw('Filter') ?? null),
    reportMs: parseReport(fields.raw('Report') ?? {}),
    sink: parseSink(fields.raw('Sink')),
  };
}

function parseActivation(value: unknown): Activation {
  const { type, fields } = typed('Activate', value, ['Interval', 'Intensity', 'Duration', 'MaxReads']);
  const spell = (): Spell => {
    const duration = numberOf(fields, 'Activate', 'Duration');
    const maxReads = fields.integer('MaxReads') ?? null;
    if (maxReads !== null && maxReads < 1) throw bad("'MaxReads' of Activate must be at least 1");
    return { durationMs: duration === undefined ? null : periodMs('Duration of Activate', duration), maxReads };
  };
  switch (type) {
    case 'permanent':
      return { type };
    case 'regular': {
      const interval = fields.required('Interval', numberOf(fields, 'Activate', 'Interval'));
      return { type, everyMs: periodMs('Interval of Activate', interval), ...spell() };
    }
    case 'random': {
      const perSecond = fields.required('Intensity', numberOf(fields, 'Activate', 'Intensity'));
      if (!(perSecond > 0 && perSecond <= 100)) throw bad('Intensity of Activate must be above 0, at most 100');
      return { type, perSecond, ...spell() };
    }
    default:
      throw bad(`Activate is permanent, regular or random, not '${type}'`);
  }
}

function parseAggregation(value: unknown): Aggregation | null {
  if (value === null) return null;
  const { type, fields } = typed('Aggregate', value ?? 'accumulate', ['SampleSize']);
  const sampleSize = fields.integer('SampleSize') ?? null;
  if (sampleSize !== null && sampleSize < 1) throw bad("'SampleSize' of Aggregate must be at least 1");
  if (type === 'accumulate') return { type, sampleSize };
  if (type === 'sum' || type === 'count') return { type };
  throw bad(`Aggregate is accumulate, sum, count or null, not '${type}'`);
}

function parseReport(value: unknown): number {
  if (!isObject(value)) throw bad('Report must be an object');
  const fields = new Fields('Report', value, ['Interval']);
  const interval = numberOf(fields, 'Report', 'Interval') ?? DEFAULT_REPORT_S;
  return interval === 0 ? 0 : periodMs('Interval of Report', interval);
}

function parseSink(value: unknown): KafkaTarget | null {
  const { type, fields } = typed('Sink', value ?? 'pneumo', ['Topic', 'Partition']);
  if (type === 'pneumo') return null;
  if (type !== 'kafka') throw bad(`Sink is pneumo or kafka, not '${type}'`);
  const partition = fields.integer('Partition') ?? 0;
  if (partition < 0) throw bad("'Partition' of Sink must be the number of a partition");
  return { topic: fields.required('Topic', fields.string('Topic')), partition };
}

/** A field that is a type, or an object with one. Types are compared in lower case. */
function typed(name: string, value: unknown, others: readonly string[]): { type: string; fields: Fields } {
  if (typeof value === 'string') return { type: value.toLowerCase(), fields: new Fields(name, {}, others) };
  if (!isObject(value)) throw bad(`${name} must be a string or an object`);
  const fields = new Fields(name, value, ['Type', ...others]);
  return { type: fields.required('Type', fields.string('Type')).toLowerCase(), fields };
}

function numberOf(fields: Fields, owner: string, name: string): number | undefined {
  const value = fields.raw(name);
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number') throw bad(`'${name}' of ${owner} must be a number`);
  return value;
}

function periodMs(what: string, seconds: number): number {
  if (seconds >= SHORTEST_S && seconds <= LONGEST_S) return seconds * 1000;
  throw bad(`${what} must be from ${SHORTEST_S} to ${LONGEST_S} seconds, not ${seconds}`);
}

const bad = (sentence: string): FastScoreError => new FastScoreError('BAD_DESCRIPTOR', sentence);
