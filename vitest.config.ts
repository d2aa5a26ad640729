import { defineConfig } from 'vitest/config';

/** Languages that the set-up of `npm test` has not found; it names them at its end. See also test/languages.ts. */
const missing = (process.env.FASTSCORE_TEST_WITHOUT ?? '').split(',').filter((language) => language !== '');

/**
 * Suites that start processes, and one that replaces modules. Also those that open named pipes: when a worker thread
 * ends, Node closes what it believes is still open there, which may be somebody else's by then.
 */
const PROCESSES = [
  'test/{e2e,examples,jets,scripts,engine}/**/*.test.ts',
  'test/conformance/{models,streams}/**/*.test.ts',
  'test/conformance/rest/{reference,several-engines}.test.ts',
  'test/streams/transports/**/*.test.ts',
  'test/core/snapshot/repository-listing.test.ts',
];

/** Suites with commands of their own: with real brokers, databases and clients, and with faults at random moments. */
const APART = ['test/services/**', 'test/fault/**'];

const timeouts = { testTimeout: 60_000, hookTimeout: 60_000 };

export default defineConfig({
  test: {
    maxWorkers: 3,
    projects: [
      {
        test: {
          name: 'units',
          include: ['test/**/*.test.ts'],
          exclude: [...APART, ...PROCESSES],
          pool: 'threads',
          // A fresh environment per file would take longer than most files.
          isolate: false,
          ...timeouts,
        },
      },
      {
        test: {
          name: 'processes',
          include: PROCESSES,
          exclude: missing.map((language) => `test/jets/${language.toLowerCase()}/**`),
          ...timeouts,
        },
      },
      {
        test: {
          name: 'services',
          include: ['test/services/**/*.test.ts'],
          // Brokers and servers that are not ours take their time when they have just been started.
          retry: 1,
          testTimeout: 120_000,
          hookTimeout: 300_000,
        },
      },
      { test: { name: 'fault', include: ['test/fault/**/*.test.ts'], testTimeout: 300_000, hookTimeout: 60_000 } },
    ],
  },
});
