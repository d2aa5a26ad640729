import { expect, test } from 'vitest';
import { languageOf } from '../../src/model/language.ts';
import { MODEL_TYPES } from '../../src/model/types.ts';
import { failureOf } from './failure-of.ts';

test('Python and R models have a language', () => {
  expect([languageOf('python'), languageOf('python3'), languageOf('R')]).toEqual(['python', 'python', 'R']);
});

test.each(MODEL_TYPES.filter((type) => !['python', 'python3', 'R'].includes(type)))('%s models cannot run', (type) => {
  expect(failureOf(() => languageOf(type))).toMatchObject({
    code: 'MODEL_TYPE_UNSUPPORTED',
    message: `Models of type '${type}' cannot run: this engine runs Python 3 and R`,
    hint: `Models of type '${type}' can be stored and shown; only python, python3 and R models can be verified and loaded`,
  });
});
