import { expect, test } from 'vitest';
import type { ImportRule } from '../../src/model/libraries.ts';
import { verifyLibraries } from '../../src/model/libraries.ts';
import { failureOf } from './failure-of.ts';

const python = (...attachedModules: string[]) => ({ language: 'python', attachedModules }) as const;
const policy = (rules: Record<string, ImportRule>) => new Map(Object.entries(rules));

test('installed libraries are no news', () => {
  expect(verifyLibraries(python(), { imports: ['json', 'os.path', 'numpy'], missing: [], guarded: [] })).toEqual({
    installLibs: [],
    warnLibs: [],
    attachLibs: [],
    missedLibs: [],
  });
});

test('a library that is not installed is refused with the command that installs it', () => {
  const check = { imports: ['sys', 'pandas.io', 'numpy'], missing: ['pandas.io', 'numpy'], guarded: [] };
  expect(failureOf(() => verifyLibraries(python(), check))).toMatchObject({
    code: 'MODEL_INVALID',
    message: 'The model imports what is not installed: numpy, pandas',
    hint: expect.stringContaining('(python3 -m pip install numpy pandas)'),
    details: { missing: ['numpy', 'pandas'] },
  });
});

test('for R the command is that of R, and a dot is a part of the name', () => {
  const check = { imports: ['data.table'], missing: ['data.table'], guarded: [] };
  expect(failureOf(() => verifyLibraries({ language: 'R', attachedModules: [] }, check)).hint).toContain(
    `(Rscript -e 'install.packages(c("data.table"))')`,
  );
});

test('a name that a shell would obey is in no command', () => {
  const check = { imports: [], missing: ["x'; reboot; '"], guarded: [] };
  expect(failureOf(() => verifyLibraries({ language: 'R', attachedModules: [] }, check)).hint).toMatch(
    /^Install it, or/,
  );
});

test('attached modules are exempt, with all that is in them', () => {
  const check = { imports: ['mylib.parts', 'json'], missing: ['mylib.parts'], guarded: [] };
  expect(verifyLibraries(python('mylib', 'other'), check)).toEqual({
    installLibs: [],
    warnLibs: [],
    attachLibs: ['mylib'],
    missedLibs: [],
  });
  expect(verifyLibraries(python('mylib'), check, policy({ mylib: 'prohibit' })).attachLibs).toEqual(['mylib']);
});

test('a policy warns of libraries, has them installed, and prohibits them', () => {
  const check = { imports: ['a', 'b', 'c', 'd'], missing: ['a', 'b'], guarded: [] };
  expect(verifyLibraries(python(), check, policy({ a: 'install', b: 'warn', c: 'install', d: 'warn' }))).toEqual({
    installLibs: ['a'],
    warnLibs: ['b', 'd'],
    attachLibs: [],
    missedLibs: [],
  });
  expect(failureOf(() => verifyLibraries(python(), check, policy({ d: 'prohibit' })))).toMatchObject({
    code: 'MODEL_INVALID',
    message: 'The import policy prohibits what the model imports: d',
  });
});

test('what the model can do without is missed, not refused', () => {
  const check = { imports: ['ujson', 'numpy.linalg'], missing: ['ujson', 'numpy.linalg'], guarded: ['ujson'] };
  expect(verifyLibraries(python(), { ...check, guarded: check.imports }).missedLibs).toEqual(['numpy', 'ujson']);
  expect(failureOf(() => verifyLibraries(python(), check)).message).toBe(
    'The model imports what is not installed: numpy',
  );
  const policies = policy({ ujson: 'install', numpy: 'warn' });
  expect(verifyLibraries(python(), check, policies)).toMatchObject({ installLibs: ['ujson'], missedLibs: [] });
});

test('a module that is needed in one place is needed', () => {
  const check = { imports: ['a', 'a.b'], missing: ['a', 'a.b'], guarded: ['a'] };
  expect(failureOf(() => verifyLibraries(python(), check)).message).toContain('not installed: a');
});

test('modules of Python 2 alone tell what the model is, and what replaces them', () => {
  const names = ['ConfigParser', 'cPickle', 'urllib2', 'numpy'];
  const check = { imports: names, missing: names, guarded: [] };
  expect(failureOf(() => verifyLibraries(python(), check))).toMatchObject({
    code: 'MODEL_INVALID',
    message: 'The model is Python 2, and this engine runs Python 3: it imports ConfigParser, cPickle, urllib2',
    hint: expect.stringContaining(
      'configparser in place of ConfigParser, pickle in place of cPickle, urllib.request in place of urllib2',
    ),
    details: { missing: ['ConfigParser', 'cPickle', 'numpy', 'urllib2'], python2: true },
  });
  expect(verifyLibraries(python(), { ...check, guarded: names }).missedLibs).toEqual(['numpy']);
});
