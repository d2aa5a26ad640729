import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ErrorCode } from '../../src/core/errors.ts';
import { asFastScoreError, ERROR_CODES, EXIT_STATUS, FastScoreError } from '../../src/core/errors.ts';
import { packageRoot } from '../../src/util/package-root.ts';

const codes = Object.keys(ERROR_CODES) as ErrorCode[];

describe('errors', () => {
  test('have code, sentence, hint, details and cause', () => {
    const cause = new Error('below');
    const options = { hint: 'Pause it first', details: { slot: 1 }, cause };
    expect(new FastScoreError('WRONG_STATE', 'The engine is running', options)).toMatchObject({
      name: 'FastScoreError',
      code: 'WRONG_STATE',
      kind: 'state',
      exitStatus: 6,
      message: 'The engine is running',
      ...options,
    });
    const plain = new FastScoreError('MODEL_NOT_FOUND', "Model 'm' not found");
    expect(plain.hint).toBeUndefined();
    expect(plain.details).toEqual({});
    expect('cause' in plain).toBe(false);
  });

  test('exit with the status that scripts rely on', () => {
    expect(EXIT_STATUS).toEqual({
      failed: 1,
      usage: 2,
      unreachable: 3,
      unauthorised: 4,
      missing: 5,
      state: 6,
      timeout: 7,
      model: 8,
      interrupted: 130,
      internal: 1,
    });
    for (const code of codes) expect(new FastScoreError(code, 'x').exitStatus).toBe(EXIT_STATUS[ERROR_CODES[code]]);
  });

  test('have codes that something uses', () => {
    const sources = readdirSync(join(packageRoot, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && file !== join('core', 'errors.ts'))
      .map((file) => readFileSync(join(packageRoot, 'src', file), 'utf8'))
      .join('\n');
    expect(codes.filter((code) => !new RegExp(`'${code}'`).test(sources))).toEqual([]);
  });
});

describe('whatever was thrown', () => {
  test('stays as it is when it is one of ours', () => {
    const error = new FastScoreError('TIMED_OUT', 'Too late');
    expect(asFastScoreError(error)).toBe(error);
  });

  test.each([
    [new TypeError('no function'), 'no function'],
    ['just text', 'just text'],
    [undefined, 'undefined'],
    [null, 'null'],
  ])('becomes internal when it is %s', (thrown, message) => {
    expect(asFastScoreError(thrown)).toMatchObject({ code: 'INTERNAL', kind: 'internal', message });
    expect(asFastScoreError(thrown).cause).toBe(thrown);
  });
});
