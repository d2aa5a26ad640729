import { describe, expect, it } from 'vitest';
import { loadColours } from '../../../src/cli/output/colours.ts';
import { during, renderError, renderErrorJson } from '../../../src/cli/output/errors.ts';
import { FastScoreError } from '../../../src/core/errors.ts';

const colours = await loadColours(false);
const plain = { verbose: false, colours };

describe('an error for people', () => {
  it('names what was done, the cause, and what to do', () => {
    const cause = new FastScoreError('WRONG_STATE', 'the engine must be INIT', { hint: 'fastscore engine reset' });
    const error = new FastScoreError('WRONG_STATE', 'Unable to restore', { cause, hint: 'fastscore engine reset' });
    expect(renderError(error, plain)).toBe(
      'Error: Unable to restore\n  Caused by: Error: the engine must be INIT\nTry: fastscore engine reset',
    );
  });

  it('shows traceback and input', () => {
    const details = { traceback: 'Traceback\n  line\n', input: 'The input\n  2: 0' };
    expect(renderError(new FastScoreError('MODEL_FAILED', 'failed', { details }), plain)).toBe(
      'Error: failed\nTraceback\n  line\nThe input\n  2: 0',
    );
  });

  it('shows a stack with --verbose only', () => {
    const error = new FastScoreError('INTERNAL', 'broken', { cause: new Error('deep') });
    expect(renderError(error, plain)).toBe('Error: broken\nTry: the same with --verbose');
    expect(renderError(error, { verbose: true, colours })).toContain('at ');
  });
});

it('an error as JSON has code, status and cause', () => {
  const cause = new FastScoreError('BAD_COUNT', 'inner');
  const error = new FastScoreError('BAD_COUNT', 'outer', { cause, details: { n: 1 } });
  expect(JSON.parse(renderErrorJson(error))).toEqual({
    error: 'Error: outer\n  Caused by: Error: inner',
    message: 'outer',
    code: 'BAD_COUNT',
    status: 2,
    kind: 'usage',
    cause: 'inner',
    details: { n: 1 },
  });
});

describe('during', () => {
  it('adds what the program was doing, and keeps code and hint', async () => {
    const work = Promise.reject(new FastScoreError('WRONG_STATE', 'no', { hint: 'h' }));
    await expect(during('Unable to', work)).rejects.toMatchObject({
      code: 'WRONG_STATE',
      message: 'Unable to',
      hint: 'h',
    });
  });

  it.each(['MODEL_NOT_FOUND', 'ENGINE_UNREACHABLE', 'UNAUTHORISED', 'INTERRUPTED', 'INTERNAL'] as const)(
    'leaves %s as it is',
    async (code) => {
      const error = new FastScoreError(code, 'm');
      await expect(during('Unable to', Promise.reject(error))).rejects.toBe(error);
    },
  );
});
