import type { Cli } from './command.ts';

/**
 * Lets `work` go on until Ctrl-C. For commands that have no other end that is no failure.
 * @returns the exit status
 */
export async function untilInterrupted(cli: Cli, work: () => Promise<unknown>): Promise<number> {
  cli.endOnInterrupt();
  await work();
  return 0;
}
