import { FastScoreError } from '../core/errors.ts';
import { describeSystemError, systemErrorCode } from '../util/system-error.ts';
import { EndedBySignal, statusOfSignal } from './ended-by-signal.ts';
import type { Io } from './io.ts';
import { OUTPUT_CLOSED } from './io.ts';
import type { RunOptions } from './run-cli.ts';
import { runCli } from './run-cli.ts';

/** Runs the command line of this process and ends it with the exit status. */
export async function main(): Promise<void> {
  const stop = new AbortController();
  const failure = watchStdout(stop);
  stopOnSignals(stop);
  const status = await runCli(process.argv.slice(2), processIo(), { signal: stop.signal } satisfies RunOptions);
  await flush(process.stdout);
  // That the last words could not be written is told after this turn of the event loop.
  await new Promise((resolve) => setImmediate(resolve));
  const lost = status === 0 ? failure() : null;
  if (lost !== null) process.stderr.write(`Error: ${lost.message}\n`);
  await flush(process.stderr);
  process.exit(lost?.exitStatus ?? status);
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

/**
 * Stops the command when nobody reads what it writes any more, and when it cannot be written.
 * @returns asks why it could not be written
 */
function watchStdout(stop: AbortController): () => FastScoreError | null {
  let failure: FastScoreError | null = null;
  process.stdout.on('error', (cause) => {
    if (systemErrorCode(cause) === 'EPIPE') {
      stop.abort(OUTPUT_CLOSED);
      return;
    }
    failure ??= new FastScoreError('STREAM_FAILED', `The output cannot be written: ${describeSystemError(cause)}`);
    stop.abort(failure);
  });
  process.stderr.on('error', () => {});
  return () => failure;
}

function flush(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed || stream.writableLength === 0) resolve();
    else stream.write('', () => resolve());
  });
}
