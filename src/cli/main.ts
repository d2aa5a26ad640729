import { asFastScoreError } from '../core/errors.ts';
import { EndedBySignal, statusOfSignal } from './ended-by-signal.ts';
import type { Io } from './io.ts';
import { OUTPUT_CLOSED } from './io.ts';
import type { RunOptions } from './run-cli.ts';
import { runCli } from './run-cli.ts';

/** Runs the command line of this process and ends it with the exit status. */
export async function main(): Promise<void> {
  const stop = new AbortController();
  endQuietlyOnClosedPipe(stop);
  stopOnSignals(stop);
  const status = await runCli(process.argv.slice(2), processIo(), { signal: stop.signal } satisfies RunOptions);
  await Promise.all([flush(process.stdout), flush(process.stderr)]);
  process.exit(status);
}

function processIo(): Io {
  return {
    // Opened on first use: a terminal that is not read from stays untouched.
    get stdin() {
      return process.stdin;
    },
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    cwd: process.cwd(),
  };
}

/** The first signal lets the command clean up, the second one ends the process at once. */
function stopOnSignals(stop: AbortController): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (stop.signal.aborted) process.exit(statusOfSignal(signal));
      stop.abort(new EndedBySignal(signal));
    });
  }
}

function endQuietlyOnClosedPipe(stop: AbortController): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    stop.abort(error.code === 'EPIPE' ? OUTPUT_CLOSED : asFastScoreError(error));
  });
  process.stderr.on('error', () => {});
}

function flush(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed || stream.writableLength === 0) resolve();
    else stream.write('', () => resolve());
  });
}
