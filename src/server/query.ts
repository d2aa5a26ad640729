import type { FastifyRequest } from 'fastify';
import { FastScoreError } from '../core/errors.ts';

/** The value of a query parameter, undefined when it is not there. */
export function queryValue(request: FastifyRequest, name: string): string | undefined {
  const value = (request.query as Record<string, string | string[] | undefined>)[name];
  if (Array.isArray(value)) throw new FastScoreError('BAD_INPUT', `The query has '${name}' more than once`);
  return value;
}

/** A comma-separated list; undefined when the parameter is not there. */
export function queryList(request: FastifyRequest, name: string): string[] | undefined {
  return queryValue(request, name)
    ?.split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

/** Clients on Python write `True` and `False`. Missing is false. */
export function queryFlag(request: FastifyRequest, name: string): boolean {
  const value = (queryValue(request, name) ?? '').toLowerCase();
  if (value === 'true' || value === '1' || value === 'yes') return true;
  if (value === 'false' || value === '0' || value === 'no' || value === '') return false;
  throw new FastScoreError('BAD_INPUT', `'${name}' in the query must be true or false`);
}

/** A whole number; undefined when the parameter is not there. */
export function queryCount(
  request: FastifyRequest,
  name: string,
  range: { readonly from: number; readonly to: number },
): number | undefined {
  const text = queryValue(request, name);
  if (text === undefined) return undefined;
  const count = /^-?\d+$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (count >= range.from && count <= range.to) return count;
  throw new FastScoreError(
    'BAD_COUNT',
    `'${name}' in the query must be a whole number from ${range.from} to ${range.to}`,
  );
}

/** Seconds, fractions allowed, as milliseconds; undefined when the parameter is not there. */
export function querySeconds(request: FastifyRequest, name: string, mostSeconds: number): number | undefined {
  const text = queryValue(request, name);
  if (text === undefined) return undefined;
  const seconds = /^\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (seconds <= mostSeconds) return seconds * 1000;
  throw new FastScoreError('BAD_INPUT', `'${name}' in the query must be a number of seconds from 0 to ${mostSeconds}`);
}

/** The longest that a client may let an engine wait for its jets. */
export const LONGEST_LIMIT_S = 3600;

/** `wait`: how long the engine may wait for its jets on behalf of a request; undefined: as long as it is set to. */
export function waitLimit(request: FastifyRequest): number | undefined {
  return querySeconds(request, 'wait', LONGEST_LIMIT_S);
}
