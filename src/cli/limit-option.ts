import type { OptionSpec } from './command.ts';

/** Of commands that make engines. */
export const LIMIT_OPTION = [
  '--limit <wait=time>',
  'how long to wait at most, such as snapshot=30s or key=10m; see docs/performance.md',
  'repeat',
] as const satisfies OptionSpec;
