import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { FastScoreError } from '../core/errors.ts';
import { networkOf } from '../util/network-of.ts';
import type { Admission } from './admission.ts';
import { answerError } from './answer-errors.ts';
import type { Guesses, Verdict } from './guesses.ts';
import type { Sessions } from './sessions.ts';

/** Paths that answer everybody: one tells no more than that somebody is there, the other asks for the token itself. */
const OPEN_PATHS = /(?:^|\/)1\/(?:health|login)$/;

/** Shorter ones can be guessed. */
const SHORTEST_TOKEN = 16;

/** What tells those who may come in from others. */
export interface Door {
  readonly token: string;
  readonly sessions: Sessions;
  readonly guesses: Guesses;
  readonly admission: Admission;
}

/**
 * Every request but those for health and login must carry the token: as a bearer, which clients of 1.10 write once, twice,
 * or not at all, as the password of a user, or as the cookie of a session.
 * @throws FastScoreError BAD_INPUT for a token that no header can carry, or that is too short
 */
export function requireToken(app: FastifyInstance, { token, sessions, guesses, admission }: Door): void {
  assertToken(token);
  // With a callback: a promise per request and hook is a good part of what a short request costs.
  app.addHook('onRequest', (request, reply, done) => {
    const conclude = (verdict: Verdict): void => {
      if (verdict === 'right') {
        admission.trust(request.socket);
        done();
      } else if (verdict === 'wrong') answerError(request, reply, UNAUTHORISED);
      else answerError(request, reply.header('retry-after', 5).header('connection', 'close'), tooManyGuesses(), 429);
    };
    if (OPEN_PATHS.test(request.routeOptions.url ?? '')) done();
    else if (sessions.has(request.headers.cookie ?? '')) conclude('right');
    // Nothing has been guessed.
    else if (request.headers.authorization === undefined) conclude('wrong');
    else {
      const verdict = guesses.judge(addressOf(request), () => isSame(sentToken(request), token));
      if (typeof verdict === 'string') conclude(verdict);
      else void verdict.then(conclude, done);
    }
  });
}

/** Whom wrong tokens count for. */
export const addressOf = (request: FastifyRequest): string => networkOf(request.socket.remoteAddress ?? '');

/** The answer, with status 429, to one who has sent wrong tokens while others of his still wait for theirs. */
export function tooManyGuesses(): FastScoreError {
  return new FastScoreError('UNAUTHORISED', 'Too many wrong tokens have come from your address', {
    hint: 'Wait some seconds, then send the right one',
  });
}

const UNAUTHORISED = new FastScoreError('UNAUTHORISED', 'This server wants a token', {
  hint: 'Send it as `Authorization: Bearer <token>`',
});

function assertToken(token: string): void {
  if (!/^[!-~]+$/.test(token)) {
    throw new FastScoreError('BAD_INPUT', 'A token must have visible ASCII characters only, and at least one');
  }
  if (token.length >= SHORTEST_TOKEN) return;
  throw new FastScoreError(
    'BAD_INPUT',
    `A token must have at least ${SHORTEST_TOKEN} characters, this one has ${token.length}: it could be guessed`,
    { hint: 'Make one: openssl rand -hex 32 > token' },
  );
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
