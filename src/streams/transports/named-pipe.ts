import { close, constants, open } from 'node:fs';
import { Socket } from 'node:net';
import { promisify } from 'node:util';
import { ReadableInput } from './readable-input.ts';
import type { InputTransport, OpenOutputTransportOptions, OutputTransport } from './transport.ts';
import { WritableOutput } from './writable-output.ts';

/**
 * Named pipes are opened without blocking: a blocked `open` or `read` would hold a thread that nothing can free.
 * An input waits for its first writer and ends when the last one has closed.
 */
export async function pipeInput(path: string): Promise<InputTransport> {
  const fd = await promisify(open)(path, constants.O_RDONLY | constants.O_NONBLOCK);
  return new ReadableInput(await socketOf(fd, { readable: true, writable: false }));
}

/** An output needs its reader to be there. */
export async function pipeOutput(path: string, options: OpenOutputTransportOptions): Promise<OutputTransport> {
  let fd: number;
  try {
    fd = await promisify(open)(path, constants.O_WRONLY | constants.O_NONBLOCK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENXIO') {
      throw new Error('no process reads from the pipe', { cause: error });
    }
    throw error;
  }
  return new WritableOutput(await socketOf(fd, { readable: false, writable: true }), options);
}

async function socketOf(fd: number, direction: { readable: boolean; writable: boolean }): Promise<Socket> {
  try {
    return new Socket({ fd, ...direction });
  } catch (error) {
    await promisify(close)(fd);
    throw error;
  }
}
