import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { namedInterpreters } from '../../src/jets/named-interpreters.ts';
import { temporaryFolder } from '../util/temporary-folder.ts';

/** A folder with programs of these names. */
function folderOf(...names: string[]): string {
  const folder = temporaryFolder();
  for (const name of names) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), '');
    chmodSync(join(folder, name), 0o755);
  }
  return folder;
}

it('takes what comes first on the PATH, as paths', async () => {
  const [venv, system] = [folderOf('python3'), folderOf('python3', 'python', 'Rscript')];
  expect(await namedInterpreters({ PATH: `${venv}:${system}` }, '/')).toEqual({
    python: [join(venv, 'python3'), join(system, 'python')],
    R: [join(system, 'Rscript')],
  });
});

it('takes what a variable names, from where one stands, whether it is there or not', async () => {
  const folder = folderOf('bin/python3.13');
  const env = { PATH: join(folder, 'bin'), FASTSCORE_PYTHON: 'python3.13', FASTSCORE_R: 'nowhere/Rscript' };
  expect(await namedInterpreters(env, folder)).toEqual({
    python: [join(folder, 'bin', 'python3.13')],
    R: [join(folder, 'nowhere', 'Rscript')],
  });
  expect(await namedInterpreters({ FASTSCORE_PYTHON: 'python99' }, folder)).toEqual({ python: ['python99'] });
});

it('has nothing to say where nothing is named, and passes over files that are not programs', async () => {
  const folder = folderOf('python3');
  chmodSync(join(folder, 'python3'), 0o644);
  expect(await namedInterpreters({ PATH: folder, FASTSCORE_PYTHON: '', FASTSCORE_R: '' }, '/')).toEqual({});
});
