import { FastScoreError } from '../../core/errors.ts';
import { Fields, isObject } from '../../streams/fields.ts';

/** Whether a number is let through. */
export type Filter = (value: number) => boolean;

const COMPARISONS: Readonly<Record<string, (value: number, threshold: number) => boolean>> = {
  '>': (value, threshold) => value > threshold,
  '>=': (value, threshold) => value >= threshold,
  '<': (value, threshold) => value < threshold,
  '<=': (value, threshold) => value <= threshold,
};

const FACTORS: Readonly<Record<string, number>> = { K: 1024, M: 1024 ** 2, G: 1024 ** 3, T: 1024 ** 4 };

/** @throws FastScoreError BAD_DESCRIPTOR */
export function parseFilter(value: unknown): Filter | null {
  if (value === null) return null;
  if (!isObject(value)) throw bad('Filter must be an object or null');
  const fields = new Fields('Filter', value, ['Type', 'Threshold', 'MinValue', 'MaxValue']);
  const type = fields.required('Type', fields.string('Type'));
  const limit = (name: string): number => parseLimit(name, fields.required(name, fields.raw(name) ?? undefined));
  if (type === 'within-range' || type === 'outside-range') {
    const [least, most] = [limit('MinValue'), limit('MaxValue')];
    const wanted = type === 'within-range';
    return (number) => (number >= least && number <= most) === wanted;
  }
  const compare = Object.hasOwn(COMPARISONS, type) ? COMPARISONS[type] : undefined;
  if (compare === undefined) {
    throw bad(`Filter is one of ${Object.keys(COMPARISONS).join(' ')} within-range outside-range, not '${type}'`);
  }
  const threshold = limit('Threshold');
  return (number) => compare(number, threshold);
}

/** A number, or a text such as `1.5G`: a K is 1024. */
function parseLimit(name: string, value: unknown): number {
  if (typeof value === 'number') return value;
  const match = typeof value === 'string' ? /^(-?\d+(?:\.\d+)?)\s*([KMGT]?)B?$/i.exec(value.trim()) : null;
  if (match === null) throw bad(`'${name}' of Filter must be a number, or a text such as "1.5G"`);
  return Number(match[1]) * (FACTORS[(match[2] ?? '').toUpperCase()] ?? 1);
}

const bad = (sentence: string): FastScoreError => new FastScoreError('BAD_DESCRIPTOR', sentence);
