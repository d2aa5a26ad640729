import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { FastScoreError } from '../core/errors.ts';

/**
 * Every request, on every path, must carry the token. Clients of 1.10 put `Bearer ` in front of it once, twice, or not at all.
 * @throws FastScoreError BAD_INPUT for a token that no header can carry, such as an empty one
 */
export function requireToken(app: FastifyInstance, token: string): void {
  if (!/^[!-~]+$/.test(token)) {
    throw new FastScoreError('BAD_INPUT', 'A token must have visible ASCII characters only, and at least one');
  }
  const expected = digestOf(token);
  app.addHook('onRequest', async (request) => {
    const sent = (request.headers.authorization ?? '').replace(/^(?:bearer +){0,2}/i, '');
    // Digests have one length, so the comparison takes one time.
    if (timingSafeEqual(digestOf(sent), expected)) return;
    throw new FastScoreError('UNAUTHORISED', 'This server wants a token', {
      hint: 'Send it as `Authorization: Bearer <token>`',
    });
  });
}

const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest();
