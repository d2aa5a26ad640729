import type { FastifyRequest } from 'fastify';
import { FastScoreError } from '../core/errors.ts';

const LAST_SLOT = 65535;

/** A slot's number from a parameter of the path. @throws FastScoreError BAD_INPUT */
export function slotOf(request: FastifyRequest, parameter = 'slot'): number {
  const text = (request.params as Record<string, string>)[parameter] ?? '';
  const slot = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
  if (slot <= LAST_SLOT) return slot;
  throw new FastScoreError('BAD_INPUT', `'${text}' is not a slot: slots have numbers from 0 to ${LAST_SLOT}`);
}

/** How many jets are wanted. Which numbers are possible is the engine's to say. @throws FastScoreError BAD_COUNT */
export function jetCount(value: unknown): number {
  if (typeof value === 'number') return value;
  const shown = JSON.stringify(value).slice(0, 40);
  throw new FastScoreError('BAD_COUNT', `The number of jets must be a number, not ${shown}`);
}
