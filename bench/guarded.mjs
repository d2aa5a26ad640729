import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** The inner shell waits for the end of what nobody writes to: that is the end of the benchmark, however it comes. */
const GUARDED = `
"$@" 3<&- &
server=$!
{ read -r _ <&3; kill "$server"; sleep 5; kill -s KILL "$server"; } >/dev/null 2>&1 &
guard=$!
wait "$server"
status=$?
kill "$guard"
exit "$status"`;

/**
 * Starts a server that does not outlive this process, even when this one is killed.
 * @param {string} program @param {string[]} args @param {import('node:child_process').SpawnOptions} options without stdin
 * @returns {{ child: import('node:child_process').ChildProcess, ended: Promise<unknown>, close: () => Promise<void> }}
 */
export function spawnGuarded(program, args, { stderr = 'ignore', ...options } = {}) {
  const child = spawn('/bin/sh', ['-c', GUARDED, 'sh', program, ...args], {
    ...options,
    stdio: ['ignore', 'ignore', stderr, 'pipe'],
  });
  const ended = once(child, 'exit');
  ended.catch(() => {});
  return {
    child,
    ended,
    async close() {
      child.stdio[3].destroy();
      await ended;
    },
  };
}
