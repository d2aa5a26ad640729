import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { FastScoreError } from '../core/errors.ts';
import type { Io } from './io.ts';

/**
 * Asks the person at the terminal for a line.
 * @param options.hidden what is typed does not appear
 * @throws FastScoreError BAD_INPUT when nobody is there
 */
export async function askFor(io: Io, what: string, { hidden = false } = {}): Promise<string> {
  if (io.stdin.isTTY !== true) {
    throw new FastScoreError('BAD_INPUT', `${what} is missing, and there is no terminal to ask for it`, {
      hint: 'Options take its place, see `fastscore login --help`',
    });
  }
  io.stderr.write(`${what}: `);
  const output = hidden ? new Writable({ write: (_chunk, _encoding, done) => done() }) : io.stderr;
  const reader = createInterface({ input: io.stdin, output, terminal: true });
  try {
    return await new Promise<string>((resolve, reject) => {
      reader.once('line', resolve);
      reader.once('SIGINT', () => {
        if (!hidden) io.stderr.write('\n');
        reject(new FastScoreError('INTERRUPTED', 'Interrupted'));
      });
      reader.once('close', () => reject(new FastScoreError('BAD_INPUT', `${what} is missing`)));
    });
  } finally {
    reader.close();
    if (hidden) io.stderr.write('\n');
  }
}
