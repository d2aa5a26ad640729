import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { FastScoreError } from '../core/errors.ts';
import type { Sessions } from './sessions.ts';

/** Paths that answer everybody: one tells no more than that somebody is there, the other asks for the token itself. */
const OPEN_PATHS = /(?:^|\/)1\/(?:health|login)$/;

/**
 * Every request but those for health and login must carry the token: as a bearer, which clients of 1.10 write once, twice,
 * or not at all, as the password of a user, or as the cookie of a session.
 * @throws FastScoreError BAD_INPUT for a token that no header can carry, such as an empty one
 */
export function requireToken(app: FastifyInstance, token: string, sessions: Sessions): void {
  if (!/^[!-~]+$/.test(token)) {
    throw new FastScoreError('BAD_INPUT', 'A token must have visible ASCII characters only, and at least one');
  }
  app.addHook('onRequest', async (request) => {
    if (OPEN_PATHS.test(request.routeOptions.url ?? '')) return;
    if (isSame(sentToken(request), token) || sessions.has(request.headers.cookie ?? '')) return;
    throw new FastScoreError('UNAUTHORISED', 'This server wants a token', {
      hint: 'Send it as `Authorization: Bearer <token>`',
    });
  });
}

/** Digests have one length, so the comparison takes one time. */
export function isSame(sent: string, token: string): boolean {
  return timingSafeEqual(digestOf(sent), digestOf(token));
}

function sentToken({ headers: { authorization = '' } }: FastifyRequest): string {
  const basic = /^basic +([\w+/=-]+)$/i.exec(authorization)?.[1];
  if (basic === undefined) return authorization.replace(/^(?:bearer +){0,2}/i, '');
  const password = Buffer.from(basic, 'base64')
    .toString('utf8')
    .replace(/^[^:]*:?/, '');
  try {
    // Clients of 1.10 percent-encode it.
    return decodeURIComponent(password);
  } catch {
    return password;
  }
}

const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest();
