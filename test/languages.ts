import { describe } from 'vitest';

/** What `npm test` has not found on this machine, such as `R`; it says so at its end. With CI set nothing may be missing. */
const missing = (process.env.FASTSCORE_TEST_WITHOUT ?? '').split(',');

export const describeWithPython = describe.skipIf(missing.includes('python'));
export const describeWithR = describe.skipIf(missing.includes('R'));
export const describeWithBoth = describe.skipIf(missing.includes('python') || missing.includes('R'));
