import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, vi } from 'vitest';
import { locateHome } from '../../../../src/cli/home.ts';
import { serve } from '../../../../src/cli/serve.ts';
import type { Call, Method, Reply } from './caller.ts';
import { callAt } from './caller.ts';
import { promisesOf } from './promises.ts';

const BASE = '/api/1/service';

/** A server with real engines, and what rows do with it. */
export interface Fleet {
  readonly url: string;
  /** @param path behind the base path: `engine-1/2/engine/state` */
  call(method: Method, path: string, call?: Call): Promise<Reply>;
  /** At the root. */
  direct(method: Method, path: string, call?: Call): Promise<Reply>;
  /** The status, and nothing in the body unless it is an error. */
  answers(status: number, method: Method, path: string, call?: Call): Promise<Reply>;
  /** An error of one plain line. */
  refuses(status: number, method: Method, path: string, call?: Call): Promise<Reply>;
  /** The JSON value of a GET that must succeed. */
  get(path: string): Promise<unknown>;
  /** The next record of an output, as clients poll for it. */
  output(slot?: number): Promise<string>;
  /** Waits for engine-1. */
  state(state: string): Promise<void>;
  /** Loads a model into engine-1 and gives it streams. */
  run(source: string, streams?: readonly [string, string]): Promise<void>;
  close(): Promise<void>;
}

export const PYTHON3 = 'application/vnd.fastscore.model-python3';
export const REST = '{"Transport":"REST","Encoding":"json"}';
export const GAIN = 'def action(x):\n    yield 3 * x\n';

export const json = (value: unknown): Call => ({ body: JSON.stringify(value) });
export const typed = (contentType: string, body: string | Buffer, headers = {}): Call => ({
  body,
  headers: { 'Content-Type': contentType, ...headers },
});
export const modelNamed = (name: string, source: string, contentType = PYTHON3): Call =>
  typed(contentType, source, { 'Content-Disposition': `x-model; name="${name}"` });

export async function startFleet(): Promise<Fleet> {
  const folder = await mkdtemp(join(tmpdir(), 'fs-reference-'));
  const serving = await serve({
    home: locateHome({ FASTSCORE_HOME: folder }),
    address: { kind: 'tcp', host: '127.0.0.1', port: 0 },
    engines: 2,
    token: undefined,
    hosts: [],
  });
  const { address: url } = serving.listening;
  const direct: Fleet['direct'] = (method, path, call = {}) => callAt(url, method, path, call);
  const promised = await promisesOf(async (path) => (await direct('GET', path)).json());
  const call: Fleet['call'] = async (method, path, options) => {
    const reply = await direct(method, `${BASE}/${path}`, options);
    promised(method, path, reply);
    return reply;
  };
  const fleet: Fleet = {
    url,
    direct,
    call,
    async answers(status, method, path, options) {
      const reply = await call(method, path, options);
      expect({ status: reply.status, text: reply.text }).toEqual({
        status,
        text: status === 204 || status === 201 ? '' : reply.text,
      });
      return reply;
    },
    async refuses(status, method, path, options) {
      const reply = await call(method, path, options);
      expect(reply.status, reply.text).toBe(status);
      expect(reply.text).toMatch(/^[^\n{<]+[^\n]*$/);
      return reply;
    },
    async get(path) {
      return (await fleet.answers(200, 'GET', path)).json();
    },
    async output(slot = 1) {
      for (;;) {
        const { status, text } = await call('GET', `engine-1/1/job/output/${slot}`);
        if (status === 200) return text;
        expect(status, text).toBe(202);
      }
    },
    state: (state) =>
      vi.waitFor(async () => expect(await fleet.get('engine-1/2/engine/state')).toEqual({ state }), 30_000),
    async run(source, [input, output] = [REST, REST]) {
      await fleet.answers(204, 'POST', 'engine-1/2/engine/reset');
      await fleet.answers(204, 'PUT', 'engine-1/1/job/model?dry-run=False', modelNamed('m', source));
      await fleet.answers(204, 'PUT', 'engine-1/2/active/stream/0?dry-run=False', { body: input });
      await fleet.answers(204, 'PUT', 'engine-1/2/active/stream/1?dry-run=False', { body: output });
    },
    async close() {
      await serving.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
  return fleet;
}
