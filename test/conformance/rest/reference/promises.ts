import type { ValidateFunction } from 'ajv';
import { expect } from 'vitest';
import type { Schema } from '../../../../src/server/openapi/operation.ts';
import { validatorOf } from '../../../server/openapi/json-schema.ts';
import type { Method, Reply } from './caller.ts';

interface Described {
  readonly responses: Readonly<Record<string, { readonly schema?: Schema }>>;
}

interface Swagger {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>;
  readonly definitions: Readonly<Record<string, Schema>>;
}

/**
 * What the server's own Swagger document promises of replies.
 * @returns a function that throws when a reply that is no error has a status or a body that is not described
 */
export async function promisesOf(get: (path: string) => Promise<unknown>) {
  const { paths, definitions } = (await get('/1/swagger')) as Swagger;
  const validators = new Map<Schema, ValidateFunction>();
  const patterns = Object.entries(paths).map(([path, item]) => ({ path, item, fits: patternOf(path) }));
  return (method: Method, path: string, reply: Reply): void => {
    if (reply.status >= 300) return;
    const bare = path.replace(/^[^/]+/, '').replace(/\?.*$/, '');
    // A path in words is meant before one with names to fill in.
    const [found] = patterns.filter(({ fits }) => fits.test(bare)).sort((a, b) => names(a.path) - names(b.path));
    const described = found?.item[method.toLowerCase()]?.responses[reply.status];
    expect(described, `${method} ${bare} answers ${reply.status}`).toBeDefined();
    const isJson = /^application\/json/.test(reply.headers['content-type'] ?? '');
    if (described?.schema === undefined || !isJson || method === 'HEAD') return;
    const { schema } = described;
    const validate = validators.get(schema) ?? validatorOf(schema, definitions);
    validators.set(schema, validate);
    expect(validate(reply.json()) ? [] : validate.errors, `${method} ${bare}: ${reply.text}`).toEqual([]);
  };
}

const patternOf = (path: string): RegExp => new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`);
const names = (path: string): number => path.split('{').length;
