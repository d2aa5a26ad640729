import { expect, test } from 'vitest';
import { assertSyntax } from '../../src/model/source-check.ts';
import { failureOf } from './failure-of.ts';

const problem = { ok: false, line: 3, column: 5, message: 'invalid syntax', text: '    x = = 1\n' } as const;

test('a source that its language can read passes', () => {
  const check = { functions: {}, assigned: [], imports: [], missing: [], guarded: [], silent: {}, changedCopies: [] };
  expect(() => assertSyntax('R', { ok: true, ...check })).not.toThrow();
});

test('a syntax error is told with its position and the line', () => {
  expect(failureOf(() => assertSyntax('python', problem))).toMatchObject({
    code: 'MODEL_SYNTAX',
    message: 'The model is not valid Python 3: line 3, column 5: invalid syntax: "x = = 1"',
    details: { line: 3, column: 5, text: '    x = = 1\n', python2: false },
  });
  expect(failureOf(() => assertSyntax('R', { ...problem, message: 'unexpected end of input', text: '' })).message).toBe(
    'The model is not valid R: line 3, column 5: unexpected end of input',
  );
});

test('Python 2 is called by its name, with the way out', () => {
  expect(failureOf(() => assertSyntax('python', { ...problem, text: 'print x', python2: true }))).toMatchObject({
    code: 'MODEL_SYNTAX',
    message: 'The model is Python 2, and this engine runs Python 3: line 3, column 5: invalid syntax: "print x"',
    hint: 'Convert the source, for example with "2to3 -w FILE"',
  });
});

test.each([
  ['python', 'begin <- function() Set(total, 0)', 'It looks like R: name the file .R, or the type R'],
  ['R', 'def action(x):', 'It looks like Python: name the file .py, or the type python3'],
  ['R', 'from math import sqrt', 'It looks like Python: name the file .py, or the type python3'],
  ['R', 'x = = 1', undefined],
  ['python', 'x = = 1', undefined],
] as const)('a source in the other language is told apart from a slip: %s %s', (language, text, hint) => {
  expect(failureOf(() => assertSyntax(language, { ...problem, text })).hint).toBe(hint);
});
