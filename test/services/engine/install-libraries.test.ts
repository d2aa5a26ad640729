import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { installLibraries } from '../../../src/engine/install-libraries.ts';
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

test('a library that Python does not find is installed with pip, and what cannot be found is told', async () => {
  await installLibraries('python3', ['json', 'tiny_scale']);
  await writeFile(join(folder, 'wheels', 'tiny_scale-1.0-py3-none-any.whl'), 'broken: never asked for again');
  await installLibraries('python3', ['tiny_scale']);
  await expect(installLibraries('python3', ['no_such_library_here'])).rejects.toMatchObject({
    code: 'BAD_INPUT',
    message: expect.stringContaining('Cannot install no_such_library_here: ERROR: '),
  });
});
