import { basename, resolve } from 'node:path';
import { FastScoreError } from '../core/errors.ts';
import type { Cli } from './command.ts';
import { streamHint } from './stream-hint.ts';
import type { NamedDescriptor } from './typed-stream.ts';
import { typedStream } from './typed-stream.ts';

/** The slot of streams that are only looked at. */
export const FIRST_INPUT = 0;

/**
 * What a stream argument stands for: a literal (with a colon), a descriptor as JSON, a stream of the catalog, or a file
 * when no stored stream has that name.
 * @param slot that the stream is for; odd ones are outputs
 */
export async function resolveStream(cli: Cli, text: string, slot: number): Promise<NamedDescriptor> {
  if (text === '-') {
    throw new FastScoreError(
      'BAD_DESCRIPTOR',
      "'-' is the stdin or stdout of a model file that runs here, not of an engine",
      {
        hint: 'rest: with `fastscore model input` and `fastscore model output`, or run the model file itself',
      },
    );
  }
  return typedStream(text) ?? storedStream(cli, text, slot);
}

async function storedStream(cli: Cli, text: string, slot: number): Promise<NamedDescriptor> {
  try {
    return { name: text, descriptor: JSON.parse(await (await cli.client()).streams.get(text)) as unknown };
  } catch (error) {
    if (!isMissing(error)) throw error;
    const { streamFile } = await import('./stream-file.ts');
    const file = await streamFile(resolve(cli.io.cwd, text), text, slot);
    if (file !== null && file !== 'directory') return { ...file, name: basename(text) };
    throw withHint(error, streamHint(text, slot));
  }
}

/** What cannot be a name is not stored either. */
const isMissing = (error: unknown): error is FastScoreError =>
  error instanceof FastScoreError && (error.code === 'STREAM_NOT_FOUND' || error.code === 'BAD_NAME');

function withHint(error: FastScoreError, hint: string | undefined): FastScoreError {
  if (hint === undefined) return error;
  return new FastScoreError(error.code, error.message, { details: error.details, cause: error.cause, hint });
}
