import { FastScoreError } from '../../core/errors.ts';
import { masked } from '../../util/masked.ts';
import type { Colours } from './colours.ts';
import { renderJson } from './json.ts';
import { printableText } from './printable.ts';

/**
 * An error for people: what failed and why, then on a line of its own what to do.
 *
 *     Error: Unable to add model 'x'
 *       Caused by: Error: notes.txt must have a proper extension
 *     Try: fastscore model add x notes.txt --type python3
 */
export function renderError(error: FastScoreError, options: { verbose: boolean; colours: Colours }): string {
  const { verbose, colours } = options;
  const lines = [colours.red(printableText(errorText(error)))];
  for (const name of SHOWN_DETAILS) {
    const text = error.details[name];
    if (typeof text === 'string' && text !== '') lines.push(printableText(text.trimEnd()));
  }
  if (verbose) lines.push(...technicalLines(error));
  const hint = hintOf(error) ?? (error.code === 'INTERNAL' && !verbose ? 'the same with --verbose' : undefined);
  if (hint !== undefined) lines.push(printableText(hintLine(hint)));
  return lines.join('\n');
}

/** The same for machines. `error` is the one string that 1.10 printed, `message` the sentence alone. */
export function renderErrorJson(error: FastScoreError): string {
  return renderJson({
    error: errorText(error),
    message: masked(error.message),
    code: error.code,
    status: error.exitStatus,
    kind: error.kind,
    hint: hintOf(error),
    cause: error.cause instanceof FastScoreError ? masked(error.cause.message) : undefined,
    details: Object.keys(error.details).length > 0 ? error.details : undefined,
  });
}

/** As FastScore 1.10 had it, for `FASTSCORE_COMPAT`: nothing but the sentences. */
export function renderOldError(error: FastScoreError, colours: Colours): string {
  return colours.red(printableText(error.code === 'UNAUTHORISED' ? 'Authorization required' : errorText(error)));
}

/** The same with `-json`. */
export function renderOldErrorJson(error: FastScoreError): string {
  return renderJson({ error: errorText(error) });
}

/**
 * Says what the program was doing when `work` failed. Failures that stand for themselves (nobody answers,
 * no such model) pass as they are.
 */
export async function during<T>(what: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (thrown) {
    if (!(thrown instanceof FastScoreError) || standsAlone(thrown)) throw thrown;
    throw new FastScoreError(thrown.code, what, {
      details: thrown.details,
      cause: thrown,
      ...(thrown.hint === undefined ? {} : { hint: thrown.hint }),
    });
  }
}

const standsAlone = ({ kind, code }: FastScoreError): boolean => KINDS_ALONE.has(kind) || CODES_ALONE.has(code);

const KINDS_ALONE: ReadonlySet<string> = new Set(['unreachable', 'unauthorised', 'interrupted', 'internal']);

/** What commands are about; parts of it, such as a snapshot of a model, were told with what was done to them. */
const CODES_ALONE: ReadonlySet<string> = new Set([
  'MODEL_NOT_FOUND',
  'MODEL_NOT_LOADED',
  'STREAM_NOT_FOUND',
  'SCHEMA_NOT_FOUND',
  'SENSOR_NOT_FOUND',
  'INSTANCE_NOT_FOUND',
  'CONFIG_NOT_FOUND',
  'STATE_KEY_NOT_FOUND',
]);

/** What a driver says may quote the address or the settings it was given. */
function errorText(error: FastScoreError): string {
  return masked(errorSentences(error));
}

function errorSentences(error: FastScoreError): string {
  const { cause } = error;
  // A message that ends with its cause has said all.
  const isNews = cause instanceof FastScoreError && !error.message.endsWith(cause.message);
  return `Error: ${error.message}${isNews ? `\n  Caused by: ${errorSentences(cause)}` : ''}`;
}

const hintOf = ({ hint, code }: FastScoreError): string | undefined => masked(hint ?? HINTS[code]);

/** Where to look when no name is near the one that was given. */
const HINTS: Readonly<Record<string, string>> = {
  MODEL_NOT_FOUND: 'fastscore model list',
  STREAM_NOT_FOUND: 'fastscore stream list',
  SCHEMA_NOT_FOUND: 'fastscore schema list',
  SENSOR_NOT_FOUND: 'fastscore sensor list',
  STATE_KEY_NOT_FOUND: 'fastscore state list',
};

/** Details that are texts for people: the model's traceback, the record at hand, what differs. */
const SHOWN_DETAILS = ['traceback', 'input', 'output', 'differences'];

/** A command or the rest of a sentence can be tried; a sentence of its own stands for itself. */
function hintLine(hint: string): string {
  return /^[A-Z]/.test(hint) ? `Hint: ${hint}` : `Try: ${hint}`;
}

/** Under `--verbose`: the code, and what lies below an error that is nobody's fault but ours. */
function technicalLines(error: FastScoreError): string[] {
  const lines = [`Code: ${error.code}`];
  for (let cause = error.cause; cause instanceof Error; cause = cause.cause) {
    if (!(cause instanceof FastScoreError)) lines.push(masked(cause.stack ?? cause.message));
  }
  if (error.code === 'INTERNAL' && error.cause === undefined && error.stack !== undefined)
    lines.push(masked(error.stack));
  return lines;
}
