import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Catalog } from '../../src/catalog/catalog.ts';
import { isName } from '../../src/catalog/names.ts';
import type { ModelType } from '../../src/model/types.ts';
import { MODEL_TYPES } from '../../src/model/types.ts';
import { anyUnit } from '../util/any-unit.ts';

interface Reference {
  readonly models: Map<string, { mtype: ModelType; source: string; attachments: Set<string> }>;
  readonly schemas: Map<string, string>;
}

type Step = (catalog: Catalog, reference: Reference) => Promise<void>;

const name = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('a', 'A', 'a.py', 'a/b', 'a%2Fb', '.a', 'é') },
  { weight: 1, arbitrary: fc.string({ unit: anyUnit, minLength: 1, maxLength: 12 }).filter(isName) },
);
const mtype = fc.constantFrom(...MODEL_TYPES);
const text = fc.string({ maxLength: 20 });

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.tuple(name, mtype, text).map(
    ([key, type, source]): Step =>
      async (catalog, { models }) => {
        const before = models.get(key);
        expect(await catalog.models.put(key, type, Buffer.from(source))).toBe(before ? 'replaced' : 'created');
        models.set(key, { mtype: type, source, attachments: before?.attachments ?? new Set() });
      },
  ),
  name.map(
    (key): Step =>
      async (catalog, { models }) => {
        const removal = catalog.models.remove(key);
        if (models.delete(key)) await removal;
        else await expect(removal).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
      },
  ),
  fc.tuple(name, name).map(
    ([key, file]): Step =>
      async (catalog, { models }) => {
        const model = models.get(key);
        const put = catalog.attachments.put(key, file, Buffer.from('1'));
        if (model === undefined) {
          await expect(put).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
        } else {
          expect(await put).toBe(model.attachments.has(file) ? 'replaced' : 'created');
          model.attachments.add(file);
        }
      },
  ),
  fc.tuple(name, fc.json()).map(
    ([key, json]): Step =>
      async (catalog, { schemas }) => {
        expect(await catalog.schemas.put(key, json)).toBe(schemas.has(key) ? 'replaced' : 'created');
        schemas.set(key, json);
      },
  ),
  name.map(
    (key): Step =>
      async (catalog, { schemas }) => {
        const removal = catalog.schemas.remove(key);
        if (schemas.delete(key)) await removal;
        else await expect(removal).rejects.toMatchObject({ code: 'SCHEMA_NOT_FOUND' });
      },
  ),
);

test('property: a catalog holds what a map holds after the same steps, also when it is opened anew', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      const directory = await mkdtemp(join(tmpdir(), 'fastscore-catalog-'));
      try {
        const reference: Reference = { models: new Map(), schemas: new Map() };
        for (const run of steps) await run(new Catalog(directory), reference);
        await expectSame(new Catalog(directory), reference);
      } finally {
        await rm(directory, { recursive: true });
      }
    }),
    { numRuns: 60 },
  );
});

async function expectSame(catalog: Catalog, { models, schemas }: Reference): Promise<void> {
  const names = [...models.keys()].sort();
  expect(await catalog.models.list()).toEqual(names.map((key) => ({ name: key, mtype: models.get(key)?.mtype })));
  for (const [key, model] of models) {
    const stored = await catalog.models.get(key);
    expect({ mtype: stored.mtype, source: stored.source.toString() }).toEqual({
      mtype: model.mtype,
      source: model.source,
    });
    expect((await catalog.attachments.list(key)).map((file) => file.name)).toEqual([...model.attachments].sort());
  }
  expect(await catalog.schemas.list()).toEqual([...schemas.keys()].sort());
  for (const [key, json] of schemas) expect(await catalog.schemas.get(key)).toBe(json);
  expect((await readdir(catalog.directory, { recursive: true })).filter((file) => file.includes('.tmp'))).toEqual([]);
}
