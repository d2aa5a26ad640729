import { FastScoreError } from '../../../core/errors.ts';

/** The client wraps what went wrong; the innermost message says it. */
export function reasonOf(error: unknown): string {
  const messages = new Set<string>();
  collect(error, messages);
  return [...messages].at(-1) ?? String(error);
}

/** An error at the start of a stream, in words. */
export function toKafkaError(error: unknown): FastScoreError {
  if (error instanceof FastScoreError) return error;
  return new FastScoreError('STREAM_FAILED', reasonOf(error), { cause: error });
}

function collect(error: unknown, messages: Set<string>): void {
  if (!(error instanceof Error)) return;
  const { apiId } = error as { apiId?: unknown };
  const name = typeof apiId === 'string' ? `${apiId}: ` : '';
  if (error.message !== '') messages.add(name + error.message);
  for (const inner of error instanceof AggregateError ? error.errors.slice(0, 1) : []) collect(inner, messages);
  if (error.cause !== undefined) collect(error.cause, messages);
}
