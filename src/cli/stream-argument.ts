import { FastScoreError } from '../core/errors.ts';
import type { Cli } from './command.ts';
import { findStream, isMissingStream } from './find-stream.ts';
import { streamHint } from './stream-hint.ts';
import type { NamedDescriptor } from './typed-stream.ts';

/** The slot of streams that are only looked at. */
export const FIRST_INPUT = 0;

/**
 * What a stream argument for an engine stands for, see `findStream`. A file comes after a stored stream of the same name.
 * @param slot that the stream is for; odd ones are outputs
 * @param options.newFiles whether an output may be a file that is not there yet
 */
export async function resolveStream(
  cli: Cli,
  text: string,
  slot: number,
  { newFiles }: { readonly newFiles: boolean } = { newFiles: false },
): Promise<NamedDescriptor> {
  if (text === '-') {
    throw new FastScoreError(
      'BAD_DESCRIPTOR',
      "'-' is the stdin or stdout of a model file that runs here, not of an engine",
      {
        hint: 'rest: with `fastscore model input` and `fastscore model output`, or run the model file itself',
      },
    );
  }
  let missing: FastScoreError | null = null;
  const findStored = async (name: string): Promise<NamedDescriptor | null> => {
    try {
      return { name, descriptor: JSON.parse(await (await cli.client()).streams.get(name)) as unknown };
    } catch (error) {
      if (!isMissingStream(error)) throw error;
      missing = error;
      return null;
    }
  };
  const found = await findStream({ cwd: cli.io.cwd, findStored, first: 'stored', newFiles }, slot, text);
  if (found !== null) return found;
  throw withHint(
    missing ?? new FastScoreError('STREAM_NOT_FOUND', `Stream '${text}' not found`),
    streamHint(text, slot),
  );
}

function withHint(error: FastScoreError, hint: string | undefined): FastScoreError {
  if (hint === undefined) return error;
  return new FastScoreError(error.code, error.message, { details: error.details, cause: error.cause, hint });
}
