import type { AgentOptions, ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import type { Agent as HttpsAgent } from 'node:https';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ERROR_MEDIA_TYPE } from '../api/shapes.ts';
import { FastScoreError } from '../core/errors.ts';
import { release } from '../util/release.ts';
import type { Call, Reply } from './call.ts';
import { connectionError, replyError } from './failure.ts';
import type { Target } from './target.ts';
import { describeTarget } from './target.ts';

/** What a connection is to do beside sending and receiving. */
export interface ConnectionOptions {
  /** Told of every request and its end. */
  readonly onRequest?: (answered: Promise<unknown>) => void;
  /** Sees to it that somebody listens again, when nobody does before anything has been answered. */
  readonly revive?: () => Promise<void>;
}

/**
 * HTTP to one target over a few kept connections. It stands on node:http because a CLI pays for every import:
 * undici costs 120 ms of start-up where node:http costs 7.
 */
export class Connection {
  readonly target: Target;
  readonly timeoutMs: number;
  readonly #agents: { http?: HttpAgent; https?: HttpsAgent } = {};

  readonly #onRequest: (answered: Promise<unknown>) => void;
  readonly #revive: (() => Promise<void>) | undefined;
  #hasAnswered = false;

  constructor(target: Target, timeoutMs: number, { onRequest = () => {}, revive }: ConnectionOptions = {}) {
    this.target = target;
    this.timeoutMs = timeoutMs;
    this.#onRequest = onRequest;
    this.#revive = revive;
  }

  /** @throws FastScoreError for every status but 2xx */
  send(call: Call): Promise<Reply> {
    const reply = async (): Promise<Reply> => {
      const response = await this.#responseTo(call);
      return { status: response.statusCode ?? 0, headers: response.headers, body: await this.#collect(response, call) };
    };
    return this.#told(reply());
  }

  /** Like `send`, with a body that flows. */
  async open(call: Call): Promise<Readable> {
    const response = await this.#told(this.#responseTo(call));
    return Readable.from(this.#explained(response, call), { objectMode: false });
  }

  #told<T>(answer: Promise<T>): Promise<T> {
    this.#onRequest(answer.catch(() => {}));
    return answer;
  }

  /** What has been asked for and has not come yet fails. */
  close(): void {
    this.#agents.http?.destroy();
    this.#agents.https?.destroy();
  }

  async #responseTo(call: Call): Promise<IncomingMessage> {
    try {
      return await this.#attempt(call);
    } catch (error) {
      if (this.#revive === undefined || this.#hasAnswered || !isRepeatable(call, error)) throw error;
      await this.#revive();
      return this.#attempt(call);
    }
  }

  async #attempt(call: Call): Promise<IncomingMessage> {
    const request = await this.#request(call);
    const response = await responseTo(request, call.body).catch((cause: unknown) => {
      throw this.#broken(cause, call);
    });
    this.#hasAnswered = true;
    const status = response.statusCode ?? 0;
    if (status >= 200 && status < 300) return response;
    const text = (await this.#collect(response, call)).toString('utf8');
    // What is left of an upload is of no use to anybody.
    if (!request.writableFinished) request.destroy();
    throw replyError({ status, text, headers: response.headers, target: this.target, call });
  }

  async #request(call: Call): Promise<ClientRequest> {
    const { target } = this;
    const options: RequestOptions = {
      method: call.method,
      timeout: this.timeoutMs + (call.extraMs ?? 0),
      headers: {
        accept: `*/*, ${ERROR_MEDIA_TYPE}`,
        'user-agent': `fastscore/${release}`,
        ...target.headers,
        ...(Buffer.isBuffer(call.body) ? { 'content-length': call.body.length } : {}),
        ...call.headers,
      },
    };
    if (target.kind === 'socket') {
      // The name in Host is only that: nothing is looked up.
      return httpRequest({
        ...options,
        socketPath: target.path,
        host: 'localhost',
        path: call.path,
        agent: this.#httpAgent(),
      });
    }
    const base = parseUrl(target.url);
    const path = base.pathname.replace(/\/+$/, '') + call.path;
    const address = { host: base.hostname.replace(/^\[|\]$/g, ''), port: base.port, path };
    if (base.protocol === 'http:') return httpRequest({ ...options, ...address, agent: this.#httpAgent() });
    const https = await import('node:https');
    this.#agents.https ??= new https.Agent({ keepAlive: true, ...(await trustedBy(target.ca)) });
    return https.request({ ...options, ...address, agent: this.#agents.https });
  }

  #httpAgent(): HttpAgent {
    this.#agents.http ??= new HttpAgent(HTTP_AGENT);
    return this.#agents.http;
  }

  async #collect(response: IncomingMessage, call: Call): Promise<Buffer> {
    const chunks: Buffer[] = [];
    for await (const chunk of this.#explained(response, call)) chunks.push(chunk);
    return Buffer.concat(chunks);
  }

  async *#explained(response: IncomingMessage, call: Call): AsyncGenerator<Buffer> {
    try {
      for await (const chunk of response) yield chunk as Buffer;
    } catch (cause) {
      throw this.#broken(cause, call);
    }
  }

  #broken(cause: unknown, call: Call): FastScoreError {
    if (cause instanceof FastScoreError) return cause;
    if (cause === silence) return timedOut(this.target, call, this.timeoutMs + (call.extraMs ?? 0));
    return connectionError(cause, this.target, call);
  }
}

/**
 * Without a name for TLS, of which there is none here, Node finds out for each connection whether the host is an
 * address, by a regular expression that takes 7 ms to compile.
 */
const HTTP_AGENT: AgentOptions & { servername: string } = { keepAlive: true, servername: '' };

/** Whether nothing has been done yet: nobody was there to be told, or what was asked changes nothing. */
function isRepeatable({ method, body }: Call, error: unknown): boolean {
  if (!(error instanceof FastScoreError) || body instanceof Readable) return false;
  const code = String(error.details.code);
  if (NOT_SENT.has(code)) return true;
  return CUT_OFF.has(code) && (method === 'GET' || method === 'HEAD');
}

const NOT_SENT: ReadonlySet<string> = new Set(['ENOENT', 'ECONNREFUSED']);
const CUT_OFF: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE']);

/** The reason with which a request ends that nothing has happened to for too long. */
const silence = new Error('nothing came');

/** Resolves with the reply's head. A body that fails before the request does is what is at fault. */
function responseTo(request: ClientRequest, body: Buffer | Readable | undefined): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.once('timeout', () => request.destroy(silence));
    request.once('error', reject);
    request.once('response', (response) => {
      // The socket may still break after the head has come: whoever reads the body is told.
      request.on('error', (error) => response.destroy(error));
      resolve(response);
    });
    if (!(body instanceof Readable)) return request.end(body);
    body.once('error', (cause) => reject(unreadable(cause)));
    pipeline(body, request).catch(reject);
  });
}

/** Options of TLS. */
export async function trustedBy(ca: string | Buffer | undefined): Promise<{ ca?: (string | Buffer)[] }> {
  if (ca === undefined) return {};
  const { rootCertificates } = await import('node:tls');
  return { ca: [...rootCertificates, ca] };
}

/** @throws FastScoreError BAD_INPUT */
export function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url !== null && (url.protocol === 'http:' || url.protocol === 'https:')) return url;
  throw new FastScoreError('BAD_INPUT', `'${text}' is not the address of a server`, {
    hint: 'An address looks like https://host:8000',
  });
}

function unreadable(cause: Error): FastScoreError {
  if (cause instanceof FastScoreError) return cause;
  return new FastScoreError('FILE_UNREADABLE', `Cannot read what is to be sent: ${cause.message}`, { cause });
}

function timedOut(target: Target, call: Call, waitMs: number): FastScoreError {
  const path = call.path.split('?', 1)[0];
  return new FastScoreError(
    'TIMED_OUT',
    `${describeTarget(target)} has been silent for ${waitMs / 1000} s during ${call.method} ${path}`,
  );
}
