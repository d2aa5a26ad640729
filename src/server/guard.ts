import type { FastifyInstance, FastifyRequest } from 'fastify';
import { FastScoreError } from '../core/errors.ts';
import { isLoopback } from '../util/loopback.ts';
import { answerError, isLocalSocket } from './answer-errors.ts';

const HEADER_COUNT_LIMIT = 100;

/**
 * Keeps web pages in the user's browser away from a server on loopback: a page can send requests to any port of the
 * machine, but not without naming its origin, nor, with a re-bound DNS name, without naming itself as the host.
 * @param known.hosts names under which the server is also known, as a proxy in front passes them on
 * @param known.hasToken a page does not have it, so beyond loopback any host will do
 */
export function guard(
  app: FastifyInstance,
  known: { readonly hosts: readonly string[]; readonly hasToken: boolean },
): void {
  const hosts = new KnownHosts(known.hosts);
  // With a callback: a promise per request and hook is a good part of what a short request costs.
  app.addHook('onRequest', (request, reply, done) => {
    const odd = oddity(request);
    if (odd !== null) {
      answerError(request, reply, new FastScoreError('BAD_INPUT', odd[1]), odd[0]);
      return;
    }
    const foreign = isLocalSocket(request)
      ? null
      : (wrongHost(request, hosts, known.hasToken) ?? wrongOrigin(request, hosts));
    if (foreign === null) done();
    else answerError(request, reply, new FastScoreError('FORBIDDEN', foreign[1]), foreign[0]);
  });
}

type Refusal = readonly [status: number, sentence: string];

/** Requests that Node lets through, but that no honest client sends. */
function oddity(request: FastifyRequest): Refusal | null {
  const { rawHeaders, url } = request.raw;
  if (rawHeaders.length / 2 > HEADER_COUNT_LIMIT) return [431, `More than ${HEADER_COUNT_LIMIT} headers`];
  let hosts = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!;
    if (name.length === 4 && name.toLowerCase() === 'host') hosts += 1;
  }
  if (hosts > 1) return [400, 'More than one Host header'];
  if (url?.startsWith('/') !== true) return [400, 'The path must begin with a slash'];
  const coding = request.headers['content-encoding'] ?? 'identity';
  if (coding.toLowerCase() !== 'identity') return [415, 'Bodies must not be compressed'];
  return null;
}

function wrongHost(request: FastifyRequest, hosts: KnownHosts, hasToken: boolean): Refusal | null {
  const { host = '' } = request.headers;
  // A connection that its client has reset has no address: without a token that must not open the door.
  if (hasToken && !isLoopback(request.socket.localAddress ?? '')) return null;
  return hosts.isOurs(host) ? null : [421, `This server is not '${host.slice(0, 100)}'`];
}

function wrongOrigin(request: FastifyRequest, hosts: KnownHosts): Refusal | null {
  const { host = '', origin } = request.headers;
  const site = request.headers['sec-fetch-site'];
  if (origin !== undefined && origin.replace(/^\w+:\/\//, '') !== host && !hosts.has(hostName(origin))) {
    return [403, `Requests from ${origin.slice(0, 100)} are not allowed`];
  }
  if (site === 'cross-site' || site === 'same-site') return [403, 'Requests from other sites are not allowed'];
  return null;
}

class KnownHosts {
  readonly #names: ReadonlySet<string>;
  /** Clients name one host over and over: the last one that was ours. */
  #last: string | null = null;

  constructor(hosts: readonly string[]) {
    this.#names = new Set(hosts.map(hostName));
  }

  has(name: string): boolean {
    return this.#names.has(name);
  }

  /** Whether a Host header names this server. */
  isOurs(host: string): boolean {
    if (host === this.#last) return true;
    const name = hostName(host);
    if (!isLoopback(name) && !this.#names.has(name)) return false;
    this.#last = host;
    return true;
  }
}

/** Name without scheme, port and the brackets of an IPv6 address. */
function hostName(text: string): string {
  const authority = text.replace(/^\w+:\/\//, '').toLowerCase();
  return /^\[([^\]]*)\](?::\d*)?$/.exec(authority)?.[1] ?? authority.replace(/:\d*$/, '');
}
