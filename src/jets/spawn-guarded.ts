import type { ChildProcess, StdioOptions } from 'node:child_process';
import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';

/** Descriptors of a jet: 0 to 2, and at most one for its frames. */
const GUARD_DESCRIPTOR = 9;

/**
 * The guard waits for the end of what nobody writes to: that is the end of the engine. It is nobody's child, so that a model that
 * waits for its children does not wait for it, and in the group that it ends, so that it never stays behind.
 */
const GUARDED = [
  `( { cd /; read -r _ <&${GUARD_DESCRIPTOR}; kill -s KILL -- "-$$"; } 3<&- </dev/null >/dev/null 2>&1 & )`,
  `exec "$@" ${GUARD_DESCRIPTOR}<&-`,
].join('\n');

export interface GuardedOptions {
  readonly cwd: string;
  readonly env: Record<string, string>;
  /** Of the descriptors from 0 on. */
  readonly stdio: readonly ('ignore' | 'pipe')[];
}

/**
 * Starts a jet as the leader of a group of its own: one signal reaches the model's children too, and Ctrl-C in a terminal does not
 * reach jets. It does not outlive this process, with all that it has started, even when this one is killed at the very moment:
 * neither a jet in an endless loop nor one that waits for its pipes to be opened looks at its channel.
 */
export function spawnGuarded(command: string, args: readonly string[], options: GuardedOptions): ChildProcess {
  const stdio: StdioOptions = [...options.stdio];
  while (stdio.length < GUARD_DESCRIPTOR) stdio.push('ignore');
  stdio.push('pipe');
  const child = spawn('/bin/sh', ['-c', GUARDED, 'sh', command, ...args], { ...options, stdio, detached: true });
  const guard = child.stdio.at(-1) as unknown as Socket;
  guard.on('error', () => {});
  guard.unref();
  child.once('exit', () => guard.destroy());
  return child;
}
