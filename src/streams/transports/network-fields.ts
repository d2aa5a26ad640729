import { FastScoreError } from '../../core/errors.ts';
import type { Fields } from '../fields.ts';

const LARGEST_PORT = 65_535;

/** The field `Port`. @throws FastScoreError BAD_DESCRIPTOR */
export function parsePort(fields: Fields): number | undefined {
  const port = fields.integer('Port');
  if (port === undefined || (port >= 1 && port <= LARGEST_PORT)) return port;
  throw new FastScoreError('BAD_DESCRIPTOR', `'Port' must be a number from 1 to ${LARGEST_PORT}, not ${port}`);
}
