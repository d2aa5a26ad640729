import SwaggerParser from '@apidevtools/swagger-parser';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SERVICE_BASE } from '../../../src/api/paths.ts';
import { OPERATIONS } from '../../../src/server/openapi/operations.ts';
import type { Built } from '../build-server.ts';
import { buildServer } from '../build-server.ts';
import { validatorOf } from './json-schema.ts';

let built: Built;
beforeAll(async () => {
  built = await buildServer();
  await built.app.ready();
});
afterAll(() => built.close());

const swaggerAt = async (path: string) => (await built.app.inject({ url: `${path}/1/swagger` })).json();

describe.each(['', ...['connect', 'model-manage-1', 'engine-1'].map((name) => `${SERVICE_BASE}/${name}`)])(
  'the document at %j',
  (path) => {
    test('is valid Swagger 2.0, says a validator', async () => {
      const document = await swaggerAt(path);
      await expect(SwaggerParser.validate(structuredClone(document))).resolves.toMatchObject({ swagger: '2.0' });
    });

    test('has a schema that can be used for each body and each reply', async () => {
      const { paths, definitions } = await swaggerAt(path);
      const operations = Object.values(paths).flatMap((item) =>
        Object.entries(item as object).flatMap(([method, operation]) => (method === 'parameters' ? [] : [operation])),
      );
      const schemas = operations.flatMap(({ parameters = [], responses }) => [
        ...parameters.flatMap(({ schema }: { schema?: object }) => schema ?? []),
        ...Object.values(responses as Record<string, { schema?: object }>).flatMap(({ schema }) => schema ?? []),
      ]);
      expect(schemas.length).toBeGreaterThan(10);
      for (const schema of schemas) expect(() => validatorOf(schema, definitions)).not.toThrow();
    });
  },
);

test('every method of every path is described, and nothing else is', () => {
  const registered = [...built.server.routes]
    .filter(([path]) => !path.startsWith(SERVICE_BASE))
    .flatMap(([path, { methods }]) => [...methods].map((method) => `${method} ${path}`));
  const described = Object.keys(OPERATIONS);
  expect(registered).toEqual(expect.arrayContaining(described));
  expect(registered.filter((one) => !one.startsWith('HEAD ') && !described.includes(one))).toEqual([]);
});
