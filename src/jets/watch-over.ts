import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';

/** Waits for the end of its standard input, which nobody writes to: that is the end of the engine. */
const GUARD = 'read -r _; kill -s KILL -- "-$1"';

/**
 * Sees to it that a jet, with all that it has started, does not outlive this process, even when this one is killed: a jet in an
 * endless loop does not look at its channel. A shell outside of the jet's group waits for that.
 */
export function watchOver(child: ChildProcess): void {
  if (child.pid === undefined) return;
  const guard = spawn('/bin/sh', ['-c', GUARD, 'sh', String(child.pid)], {
    cwd: '/',
    env: {},
    stdio: ['pipe', 'ignore', 'ignore'],
    // Ctrl-C in a terminal is not for it.
    detached: true,
  });
  // Without a shell there is no guard; jets notice the end of their channel as soon as they rest.
  guard.on('error', () => {});
  guard.stdin.on('error', () => {});
  guard.unref();
  (guard.stdin as unknown as { unref(): void }).unref();
  child.once('exit', () => guard.kill('SIGKILL'));
}
