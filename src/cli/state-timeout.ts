import type { OptionSpec } from './command.ts';

/** Of commands that change a key which a jet may have. */
export const STATE_TIMEOUT = [
  '--timeout <seconds>',
  'give up, and change nothing, when a jet still has the key after so long (default: 60)',
] as const satisfies OptionSpec;
