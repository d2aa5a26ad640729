import { FastScoreError } from '../core/errors.ts';
import type { LimitName, Limits } from '../engine/limits.ts';
import { DEFAULT_LIMITS } from '../engine/limits.ts';
import type { Io } from './io.ts';
import { parsePeriod } from './period.ts';

/**
 * How long engines wait, as `FASTSCORE_LIMITS` and options say it; the options win.
 * @param options such as `snapshot=30s`
 * @throws FastScoreError BAD_INPUT
 */
export function readLimits(env: Io['env'], options: readonly string[] = []): Partial<Limits> {
  const fromEnv = (env.FASTSCORE_LIMITS ?? '').split(/[\s,]+/).filter((text) => text !== '');
  return Object.fromEntries([
    ...fromEnv.map((text) => parseLimit('FASTSCORE_LIMITS', text)),
    ...options.map((text) => parseLimit('--limit', text)),
  ]);
}

function parseLimit(source: string, text: string): [LimitName, number] {
  const [name = '', period = ''] = text.split('=', 2);
  const names = Object.keys(DEFAULT_LIMITS);
  const milliseconds = parsePeriod(period);
  if (names.includes(name) && milliseconds !== null) return [name as LimitName, milliseconds];
  throw new FastScoreError('BAD_INPUT', `${source} does not take '${text}'`, {
    hint: `A limit is one of ${names.join(', ')}, with seconds or a number with a unit, such as snapshot=30s, or never`,
  });
}
