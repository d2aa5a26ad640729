import type { Readable } from 'node:stream';
import { JSON_MEDIA_TYPE } from '../api/media-types.ts';
import { pathOf, SERVICE_BASE } from '../api/paths.ts';
import type { Call, Reply } from './call.ts';
import type { Connection } from './connection.ts';
import { foreignServer } from './failure.ts';
import { Subscription } from './subscription.ts';
import { openWebSocket } from './web-socket.ts';

/** One instance of a fleet: calls with paths such as `/1/health`. */
export class Service {
  readonly #connection: Connection;
  readonly #base: string;

  constructor(connection: Connection, instance: string) {
    this.#connection = connection;
    this.#base = SERVICE_BASE + pathOf(instance);
  }

  /**
   * @param call with a path such as `/1/health`
   * @throws FastScoreError for every status but 2xx
   */
  send(call: Call): Promise<Reply> {
    return this.#connection.send({ ...call, path: this.#base + call.path });
  }

  /**
   * Like `send`, with a body that flows.
   * @param call with a path such as `/1/health`
   * @throws FastScoreError for every status but 2xx
   */
  open(call: Call): Promise<Readable> {
    return this.#connection.open({ ...call, path: this.#base + call.path });
  }

  /** A websocket instead of a request. */
  async subscribe(path: string): Promise<Subscription> {
    const { target, timeoutMs } = this.#connection;
    const { socket, opened } = await openWebSocket(target, this.#base + path, timeoutMs);
    const subscription = new Subscription(socket, target);
    await opened;
    return subscription;
  }

  /**
   * @param path such as `/1/health`
   * @param extraMs waiting that the server is asked for
   * @returns the JSON of the reply
   */
  async get<T>(path: string, extraMs = 0): Promise<T> {
    return this.parse<T>(await this.send({ method: 'GET', path, extraMs }), path);
  }

  /**
   * @param path such as `/1/model/gain`
   * @param contentType media type of `body`
   * @param extraMs waiting that the server is asked for
   * @returns whether the name is new
   */
  async put(path: string, contentType: string, body: Buffer, extraMs = 0): Promise<'created' | 'updated'> {
    const reply = await this.send({ method: 'PUT', path, headers: { 'content-type': contentType }, body, extraMs });
    return reply.status === 201 ? 'created' : 'updated';
  }

  /**
   * @param path such as `/2/engine/pause`
   * @param json the body; none when it is undefined
   * @param extraMs waiting that the server is asked for
   */
  async post(path: string, json?: unknown, extraMs = 0): Promise<Reply> {
    if (json === undefined) return this.send({ method: 'POST', path, extraMs });
    const headers = { 'content-type': JSON_MEDIA_TYPE };
    return this.send({ method: 'POST', path, headers, body: Buffer.from(JSON.stringify(json)), extraMs });
  }

  /** @param path such as `/1/model/gain` @param extraMs waiting that the server is asked for */
  async delete(path: string, extraMs = 0): Promise<void> {
    await this.send({ method: 'DELETE', path, extraMs });
  }

  /**
   * The reply's JSON. The shapes are trusted: both ends import them.
   * @param path that it is the reply of, for the error
   * @throws FastScoreError when it is no JSON: something else listens there
   */
  parse<T>(reply: Reply, path: string): T {
    try {
      return JSON.parse(reply.body.toString('utf8')) as T;
    } catch {
      throw foreignServer(this.#connection.target, `something that is not JSON to ${path.split('?', 1)[0]}`);
    }
  }
}

/** A query with what is defined, empty when nothing is. */
export function queryOf(parameters: Readonly<Record<string, string | number | boolean | undefined>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined) query.set(name, String(value));
  }
  return query.size === 0 ? '' : `?${query}`;
}
