import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { installLibraries } from '../../../src/engine/install-libraries.ts';
import { modelNamed, startFleet, typed } from '../../conformance/rest/reference/fleet.ts';
import { zipOf } from '../clients/support/zip.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fs-preinstall-'));
  const wheels = join(folder, 'wheels');
  await mkdir(wheels);
  const info = 'tiny_scale-1.0.dist-info';
  await writeFile(
    join(wheels, 'tiny_scale-1.0-py3-none-any.whl'),
    zipOf({
      'tiny_scale.py': 'FACTOR = 3\n',
      [`${info}/METADATA`]: 'Metadata-Version: 2.1\nName: tiny_scale\nVersion: 1.0\n',
      [`${info}/WHEEL`]: 'Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n',
      [`${info}/RECORD`]: 'tiny_scale.py,,\n',
    }),
  );
  vi.stubEnv('PIP_NO_INDEX', '1');
  vi.stubEnv('PIP_FIND_LINKS', wheels);
  vi.stubEnv('PIP_TARGET', join(folder, 'target'));
  vi.stubEnv('PYTHONPATH', join(folder, 'target'));
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

const POLICY = 'application/vnd.fastscore.import-policy-python3';
const MODEL = 'import tiny_scale\n\ndef action(x):\n    yield tiny_scale.FACTOR * x\n';

test('a model whose import policy says so gets its library when it is loaded', async () => {
  const fleet = await startFleet();
  const dryRun = () => fleet.call('PUT', 'engine-1/1/job/model?dry-run=True', modelNamed('m', MODEL));
  expect((await dryRun()).text).toContain('not installed: tiny_scale');
  await fleet.answers(201, 'PUT', 'engine-1/1/policy?preinstall=False', typed(POLICY, 'tiny_scale: install\n'));
  expect((await dryRun()).json()).toMatchObject({ install_libs: ['tiny_scale'] });
  await fleet.run(MODEL);
  await fleet.answers(204, 'POST', 'engine-1/1/job/input', { body: '7' });
  expect(await fleet.output()).toBe('21');
  expect((await dryRun()).json()).toMatchObject({ install_libs: [] });
  await fleet.close();
  await rm(join(folder, 'target'), { recursive: true });
});

test('a library that Python does not find is installed with pip, and what cannot be found is told', async () => {
  await installLibraries('python3', ['json', 'tiny_scale']);
  await writeFile(join(folder, 'wheels', 'tiny_scale-1.0-py3-none-any.whl'), 'broken: never asked for again');
  await installLibraries('python3', ['tiny_scale']);
  await expect(installLibraries('python3', ['no_such_library_here'])).rejects.toMatchObject({
    code: 'BAD_INPUT',
    message: expect.stringContaining('Cannot install no_such_library_here: ERROR: '),
  });
});
