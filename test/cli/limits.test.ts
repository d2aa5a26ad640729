import { expect, test } from 'vitest';
import { readLimits } from '../../src/cli/limits.ts';

test('limits come from the environment and from options, which win', () => {
  expect(readLimits({})).toEqual({});
  const env = { FASTSCORE_LIMITS: 'snapshot=10s, key=2m end=never' };
  expect(readLimits(env, ['snapshot=500ms', 'scale=5'])).toEqual({
    snapshot: 500,
    key: 120_000,
    end: Number.POSITIVE_INFINITY,
    scale: 5000,
  });
});

test.each(['snapshot', 'snapshot=', 'snapshot=0', 'snapshot=soon', 'batch=5s', 'toString=5s', ''])(
  'what is no limit is refused, with the names of those that there are: %s',
  (text) => {
    expect(() => readLimits({}, [text])).toThrowError(
      expect.objectContaining({
        code: 'BAD_INPUT',
        hint: expect.stringMatching(/snapshot, start, scale, .*, or never/),
      }),
    );
  },
);
