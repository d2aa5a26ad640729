import { defineConfig } from 'vitest/config';

/** Languages that the set-up of `npm test` has not found; it names them at its end. See also test/languages.ts. */
const missing = (process.env.FASTSCORE_TEST_WITHOUT ?? '').split(',').filter((language) => language !== '');

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/fault/**', ...missing.map((language) => `test/jets/${language.toLowerCase()}/**`)],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
