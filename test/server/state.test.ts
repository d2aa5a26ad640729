import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { statePath } from '../../src/api/paths.ts';
import { cellKey, itemKey } from '../../src/core/state/key.ts';
import type { Built } from './build-server.ts';
import { buildServer } from './build-server.ts';
import { numberEntry } from './fake-engine.ts';

let built: Built;
beforeAll(async () => {
  built = await buildServer();
});
afterEach(() => built.engine.values.clear());
afterAll(() => built.close());

const call = (method: 'GET' | 'PUT' | 'DELETE', url: string, payload?: string) =>
  built.app.inject({ method, url, ...(payload === undefined ? {} : { payload }) });

describe('state from outside', () => {
  test('tells which jet works with a key and which ones wait for it', async () => {
    const entry = {
      ...numberEntry(cellKey('hot'), '3'),
      lentTo: 2,
      lentForMs: 60_000,
      waiting: [1, 4],
      updatedAt: 1_000,
    };
    built.engine.values.set("cell 'hot'", entry);
    expect((await call('GET', '/2/active/state/cell/hot')).json()).toMatchObject({
      lent_to: 2,
      lent_since: expect.stringMatching(/^20.*Z$/),
      shared: false,
      waiting: [1, 4],
      updated_on: '1970-01-01T00:00:01.000Z',
    });
  });

  test('cells and items are set, read, listed and deleted', async () => {
    expect((await call('GET', '/2/active/state')).json()).toEqual([]);
    expect((await call('PUT', '/2/active/state/cell/total', ' 12345678901234567890 \n')).statusCode).toBe(204);
    expect((await call('PUT', '/2/active/state/pool/counter/x', '{"a": 1.10}')).statusCode).toBe(204);
    expect((await call('GET', '/2/active/state/cell/total')).json()).toEqual({
      kind: 'cell',
      name: 'total',
      item: null,
      type: 'number',
      bytes: 20,
      version: 1,
      json: '12345678901234567890',
      updated_on: '1970-01-01T00:00:00.000Z',
      lent_to: null,
      lent_since: null,
      shared: false,
      waiting: [],
    });
    expect((await call('GET', '/2/active/state/pool/counter/x')).json()).toMatchObject({
      kind: 'item',
      name: 'counter',
      item: 'x',
      json: '{"a": 1.10}',
    });
    const list = (await call('GET', '/2/active/state')).json();
    expect(list.map(({ kind, name }: Record<string, string>) => [kind, name])).toEqual([
      ['cell', 'total'],
      ['item', 'counter'],
    ]);
    expect((await call('DELETE', '/2/active/state/cell/total')).statusCode).toBe(204);
    expect((await call('DELETE', '/2/active/state/cell/total')).statusCode).toBe(404);
    expect((await call('GET', '/2/active/state/cell/total')).statusCode).toBe(404);
  });

  test.each([
    ['kind=cell', ['total']],
    ['kind=item', ['counter', 'other']],
    ['name=counter', ['counter']],
    ['kind=cell&name=counter', []],
  ])('the list can be filtered by %s', async (query, names) => {
    await call('PUT', '/2/active/state/cell/total', '1');
    await call('PUT', '/2/active/state/pool/counter/x', '1');
    await call('PUT', '/2/active/state/pool/other/x', '1');
    const list = (await call('GET', `/2/active/state?${query}`)).json();
    expect(list.map(({ name }: { name: string }) => name)).toEqual(names);
  });

  test('a long list is one document', async () => {
    for (let number = 0; number < 3000; number++) {
      const key = cellKey(`cell ${number}`);
      built.engine.values.set(`${number}`, numberEntry(key, '1'));
    }
    expect((await call('GET', '/2/active/state')).json()).toHaveLength(3000);
  });

  test('a kind that is none is a 400', async () => {
    expect((await call('GET', '/2/active/state?kind=pool')).statusCode).toBe(400);
  });

  test.each(['', '{', 'NaN', '1 2', '{"__proto__": 1}', `${'['.repeat(200)}${']'.repeat(200)}`])(
    '%j is no value',
    async (json) => {
      expect((await call('PUT', '/2/active/state/cell/total', json)).statusCode).toBe(400);
      expect(built.engine.values.size).toBe(0);
    },
  );

  test('a value beyond the limit is a 413', async () => {
    expect((await call('PUT', '/2/active/state/cell/total', `"${'x'.repeat(64 * 1024 * 1024)}"`)).statusCode).toBe(413);
  });

  test('a path without a name is a 400', async () => {
    expect((await call('GET', '/2/active/state/cell')).statusCode).toBe(400);
    expect((await call('GET', '/2/active/state/pool/counter')).statusCode).toBe(400);
  });

  test('any name a model may give to a key has a path', async () => {
    const name = fc.oneof(fc.constantFrom('', '.', '..', 'a/b', '%2F', 'ä b?c#d'), fc.string({ unit: 'grapheme' }));
    const key = fc.oneof(
      name.map(cellKey),
      fc
        .tuple(name, name)
        .map(([pool, item]) => itemKey(pool === '' || pool === '.' || pool === '..' ? 'p' : pool, item)),
    );
    await fc.assert(
      fc.asyncProperty(key, async (one) => {
        const path = statePath(one);
        expect((await call('PUT', path, '1')).statusCode).toBe(204);
        const read = (await call('GET', path)).json();
        expect(read).toMatchObject(
          one.kind === 'cell' ? { name: one.name, item: null } : { name: one.pool, item: one.item },
        );
        expect((await call('DELETE', path)).statusCode).toBe(204);
      }),
    );
  });
});
