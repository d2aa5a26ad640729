import { setTimeout as delay } from 'node:timers/promises';
import type { Cli } from './command.ts';

/**
 * Waits before something is tried again. With `--verbose` marks on stdout tell of each try, else `what` is shown on stderr.
 * @throws the reason of the signal when the command is stopped
 */
export function pause(cli: Cli, what: string, ms: number): Promise<void> {
  const waiting = delay(ms, undefined, { signal: cli.signal });
  return cli.out.verbose ? waiting : cli.out.progress.while(() => what, waiting);
}
