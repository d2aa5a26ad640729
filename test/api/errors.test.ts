import { describe, expect, test } from 'vitest';
import { errorBody, errorFromBody, errorLine, httpStatus } from '../../src/api/errors.ts';
import type { ErrorCode } from '../../src/core/errors.ts';
import { ERROR_CODES, FastScoreError } from '../../src/core/errors.ts';

describe('errors over HTTP', () => {
  test('every code has a status that is no success', () => {
    for (const code of Object.keys(ERROR_CODES) as ErrorCode[]) {
      const status = httpStatus(new FastScoreError(code, 'x'));
      expect(status, code).toBeGreaterThanOrEqual(300);
      expect(status, code).toBeLessThan(600);
    }
  });

  test('what 1.10 tells clients by status keeps its status', () => {
    const statusOf = (code: ErrorCode) => httpStatus(new FastScoreError(code, 'x'));
    expect(statusOf('SNAPSHOT_AMBIGUOUS')).toBe(300);
    expect(statusOf('WRONG_STATE')).toBe(400);
    expect(statusOf('MODEL_SYNTAX')).toBe(400);
    expect(statusOf('UNAUTHORISED')).toBe(401);
    expect(statusOf('SNAPSHOT_CORRUPT')).toBe(403);
    expect(statusOf('MODEL_NOT_FOUND')).toBe(404);
  });

  test('an error survives the way through its JSON body', () => {
    const error = new FastScoreError('BAD_COUNT', 'Too many', { hint: 'Fewer', details: { most: 3 } });
    const read = errorFromBody(JSON.stringify(errorBody(error)));
    expect(read).toMatchObject({ code: 'BAD_COUNT', message: 'Too many', hint: 'Fewer', details: { most: 3 } });
  });

  test('an error without hint and details has a body without them', () => {
    expect(errorBody(new FastScoreError('BAD_NAME', 'No'))).toEqual({ error: 'No', code: 'BAD_NAME', kind: 'usage' });
  });

  test('a code of a newer server becomes INTERNAL', () => {
    expect(errorFromBody('{"error":"odd","code":"NEVER_HEARD"}')).toMatchObject({ code: 'INTERNAL', message: 'odd' });
    expect(errorFromBody('{"error":"odd","code":"toString"}')).toMatchObject({ code: 'INTERNAL' });
  });

  test.each(['', 'null', '[]', '{}', '"x"', '{"error":1,"code":"INTERNAL"}', '<html>'])(
    '%j is no body of an error',
    (text) => {
      expect(errorFromBody(text)).toBeNull();
    },
  );

  test('the line for people is one line without control characters', () => {
    const error = new FastScoreError('BAD_INPUT', 'first\nsecond\u001b[31m', { hint: 'Try\r\nagain' });
    expect(errorLine(error)).toBe('first second [31m (Try again)');
  });
});
