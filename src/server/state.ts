import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { JSON_MEDIA_TYPE } from '../api/media-types.ts';
import { FastScoreError } from '../core/errors.ts';
import type { Key } from '../core/state/key.ts';
import { cellKey, describeKey, itemKey } from '../core/state/key.ts';
import type { Engine, StateEntry } from '../engine/types.ts';
import { jsonTextOf, parseJson, SOURCE_LIMIT_BYTES } from './body.ts';
import type { EngineContext } from './engine-context.ts';
import { stateInfo } from './engine-replies.ts';
import { queryValue, waitLimit } from './query.ts';
import type { Service } from './service.ts';
import { instanceOf } from './service.ts';

const CHUNK_CHARACTERS = 64 * 1024;

/** (2.0) The engine's cells and pools from outside. Readers never wait for a jet. */
export const state: Service<EngineContext> = {
  api: 'engine',
  routes(app, { fleet }) {
    const engineOf = (request: FastifyRequest): Engine => fleet.engine(instanceOf(request));

    app.get('/2/active/state', async (request, reply) => {
      const wanted = filterOf(request);
      const entries = [...engineOf(request).stateEntries()].filter(wanted);
      return reply.type(JSON_MEDIA_TYPE).send(Readable.from(jsonArray(entries)));
    });

    const get = async (request: FastifyRequest, key: Key): Promise<unknown> => {
      const entry = engineOf(request).stateEntry(key);
      if (entry === null) throw noSuchKey(key);
      return stateInfo(entry);
    };
    const put = async (request: FastifyRequest, reply: FastifyReply, key: Key): Promise<FastifyReply> => {
      // The text itself is stored: a parsed value would not keep every digit.
      const json = jsonTextOf(request, 'The value');
      parseJson(json, 'The value');
      await engineOf(request).setState(key, json.trim(), waitLimit(request));
      return reply.code(204).send();
    };
    const remove = async (request: FastifyRequest, reply: FastifyReply, key: Key): Promise<FastifyReply> => {
      if (!(await engineOf(request).deleteState(key, waitLimit(request)))) throw noSuchKey(key);
      return reply.code(204).send();
    };
    const paths: Record<string, (request: FastifyRequest) => Key> = {
      '/2/active/state/cell/:name': (request) => cellKey(parameter(request, 'name')),
      '/2/active/state/cell': (request) => cellKey(neededQuery(request, 'name')),
      '/2/active/state/pool/:pool/:item': (request) => itemKey(parameter(request, 'pool'), parameter(request, 'item')),
      '/2/active/state/pool/:pool': (request) => itemKey(parameter(request, 'pool'), neededQuery(request, 'item')),
    };
    for (const [path, keyOf] of Object.entries(paths)) {
      app.get(path, (request) => get(request, keyOf(request)));
      app.put(path, { bodyLimit: SOURCE_LIMIT_BYTES }, (request, reply) => put(request, reply, keyOf(request)));
      app.delete(path, (request, reply) => remove(request, reply, keyOf(request)));
    }
  },
};

/** `kind` is cell or item; `name` is that of the cell or of the pool. */
function filterOf(request: FastifyRequest): (entry: StateEntry) => boolean {
  const kind = queryValue(request, 'kind');
  const name = queryValue(request, 'name');
  if (kind !== undefined && kind !== 'cell' && kind !== 'item') {
    throw new FastScoreError('BAD_INPUT', `'kind' in the query must be cell or item, not '${kind}'`);
  }
  return ({ key }) =>
    (kind === undefined || key.kind === kind) &&
    (name === undefined || (key.kind === 'cell' ? key.name : key.pool) === name);
}

/** There may be a million keys: never all of them as one text. */
function* jsonArray(entries: readonly StateEntry[]): Generator<string> {
  let text = '[';
  for (const [index, entry] of entries.entries()) {
    text += `${index === 0 ? '' : ','}${JSON.stringify(stateInfo(entry))}`;
    if (text.length < CHUNK_CHARACTERS) continue;
    yield text;
    text = '';
  }
  yield `${text}]`;
}

function parameter(request: FastifyRequest, name: string): string {
  return (request.params as Record<string, string>)[name] ?? '';
}

function neededQuery(request: FastifyRequest, name: string): string {
  const value = queryValue(request, name);
  if (value !== undefined) return value;
  throw new FastScoreError('BAD_INPUT', `The path lacks a name, or the query '${name}'`);
}

function noSuchKey(key: Key): FastScoreError {
  return new FastScoreError('STATE_KEY_NOT_FOUND', `There is no ${describeKey(key)}`);
}
