import { expect, test } from 'vitest';
import type { ImportRule } from '../../src/model/libraries.ts';
import { verifyLibraries } from '../../src/model/libraries.ts';
import { failureOf } from './failure-of.ts';

const python = (...attachedModules: string[]) => ({ language: 'python', attachedModules }) as const;
const policy = (rules: Record<string, ImportRule>) => new Map(Object.entries(rules));

test('installed libraries are no news', () => {
  expect(verifyLibraries(python(), { imports: ['json', 'os.path', 'numpy'], missing: [] })).toEqual({
    installLibs: [],
    warnLibs: [],
    attachLibs: [],
  });
});

test('a library that is not installed is refused with the command that installs it', () => {
  const check = { imports: ['sys', 'pandas.io', 'numpy'], missing: ['pandas.io', 'numpy'] };
  expect(failureOf(() => verifyLibraries(python(), check))).toMatchObject({
    code: 'MODEL_INVALID',
    message: 'The model imports what is not installed: numpy, pandas',
    hint: expect.stringContaining('(python3 -m pip install numpy pandas)'),
    details: { missing: ['numpy', 'pandas'] },
  });
});

test('for R the command is that of R, and a dot is a part of the name', () => {
  const check = { imports: ['data.table'], missing: ['data.table'] };
  expect(failureOf(() => verifyLibraries({ language: 'R', attachedModules: [] }, check)).hint).toContain(
    `(Rscript -e 'install.packages(c("data.table"))')`,
  );
});

test('a name that a shell would obey is in no command', () => {
  const check = { imports: [], missing: ["x'; reboot; '"] };
  expect(failureOf(() => verifyLibraries({ language: 'R', attachedModules: [] }, check)).hint).toMatch(
    /^Install it, or/,
  );
});

test('attached modules are exempt, with all that is in them', () => {
  const check = { imports: ['mylib.parts', 'json'], missing: ['mylib.parts'] };
  expect(verifyLibraries(python('mylib', 'other'), check)).toEqual({
    installLibs: [],
    warnLibs: [],
    attachLibs: ['mylib'],
  });
  expect(verifyLibraries(python('mylib'), check, policy({ mylib: 'prohibit' })).attachLibs).toEqual(['mylib']);
});

test('a policy warns of libraries, has them installed, and prohibits them', () => {
  const check = { imports: ['a', 'b', 'c', 'd'], missing: ['a', 'b'] };
  expect(verifyLibraries(python(), check, policy({ a: 'install', b: 'warn', c: 'install', d: 'warn' }))).toEqual({
    installLibs: ['a'],
    warnLibs: ['b', 'd'],
    attachLibs: [],
  });
  expect(failureOf(() => verifyLibraries(python(), check, policy({ d: 'prohibit' })))).toMatchObject({
    code: 'MODEL_INVALID',
    message: 'The import policy prohibits what the model imports: d',
  });
});
