import { FastScoreError } from '../core/errors.ts';

/**
 * (2.0) Header of PUT /1/job/model on a Unix socket: the interpreters that the environment of the sender names, which run
 * the model in place of those that the engine itself would choose.
 */
export const INTERPRETERS_HEADER = 'fastscore-interpreters';

/** Commands by language: the first that is new enough is taken. */
export interface Interpreters {
  readonly python?: readonly string[];
  readonly R?: readonly string[];
}

/** As the value of a header, which has room for ASCII only. */
export function formatInterpreters({ python, R }: Interpreters): string {
  return encodeURIComponent(JSON.stringify({ python, R }));
}

/** @throws FastScoreError BAD_INPUT */
export function parseInterpreters(text: string): Interpreters {
  try {
    const { python, R } = JSON.parse(decodeURIComponent(text)) as Record<string, unknown>;
    return { ...(isList(python) ? { python } : {}), ...(isList(R) ? { R } : {}) };
  } catch (cause) {
    throw new FastScoreError('BAD_INPUT', `The header ${INTERPRETERS_HEADER} is not JSON, percent-encoded`, { cause });
  }
}

const isList = (value: unknown): value is string[] =>
  Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'string' && item !== '');
