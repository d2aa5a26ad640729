import { execFile } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface NamedPipes {
  /** Path of the pipe that the jet reads. */
  readonly inPath: string;
  /** Path of the pipe that the jet writes. */
  readonly outPath: string;
  /** Path of the pipe that tells the jet, which cannot ask the first one, that a frame has come. */
  readonly bellPath: string;
  readonly input: Socket;
  readonly output: Socket;
  /** Tells the jet about a frame that has been written. */
  ring(): void;
  /** Call once the jet has opened both ends, or is gone: from then on each side notices when the other ends. */
  release(): void;
}

/**
 * Makes the two pipes of a jet in `directory` and opens our ends without waiting for the jet: a pipe opens at once when
 * its other end is open, so we hold a spare descriptor on the jet's side until the jet has its own.
 */
export async function openNamedPipes(directory: string): Promise<NamedPipes> {
  const inPath = join(directory, 'in.pipe');
  const outPath = join(directory, 'out.pipe');
  const bellPath = join(directory, 'bell.pipe');
  await run('mkfifo', ['-m', '600', inPath, outPath, bellPath]);
  const { O_RDONLY, O_WRONLY, O_RDWR, O_NONBLOCK } = constants;
  const spares = [openSync(inPath, O_RDONLY | O_NONBLOCK)];
  const input = new Socket({ fd: openSync(inPath, O_WRONLY | O_NONBLOCK), readable: false, writable: true });
  const output = new Socket({ fd: openSync(outPath, O_RDONLY | O_NONBLOCK), readable: true, writable: false });
  spares.push(openSync(outPath, O_WRONLY | O_NONBLOCK));
  // Open for both directions: a pipe without a writer would be at its end for ever.
  const bell = new Socket({ fd: openSync(bellPath, O_RDWR | O_NONBLOCK), readable: false, writable: true });
  input.once('close', () => bell.destroy());
  return {
    inPath,
    outPath,
    bellPath,
    input,
    output,
    ring() {
      if (!bell.destroyed) bell.write('!');
    },
    release() {
      for (const spare of spares.splice(0)) closeSync(spare);
    },
  };
}
