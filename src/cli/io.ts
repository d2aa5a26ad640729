import type { Readable, Writable } from 'node:stream';
import { FastScoreError } from '../core/errors.ts';

/** What a command sees of the process it runs in, so that tests can run commands in their own. */
export interface Io {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number; readonly rows?: number };
  readonly stderr: Writable & { readonly isTTY?: boolean };
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

/**
 * The reason of the signal when whoever reads stdout has read enough, as `head` does. That is not a failure: the
 * command ends at once, without a word and with status 0.
 */
export const OUTPUT_CLOSED = new FastScoreError('INTERRUPTED', 'Nobody reads the output any more');

/** Everything on stdin, to its end. */
export async function readAll(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk as Buffer | string));
  return Buffer.concat(chunks);
}
