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
  const reason = reasonOf(error);
  const hint = HINTS.find(([pattern]) => pattern.test(reason))?.[1];
  return new FastScoreError('STREAM_FAILED', reason, hint === undefined ? { cause: error } : { cause: error, hint });
}

const HINTS: readonly (readonly [RegExp, string])[] = [
  [/^Unknown topic/, `A topic must be there before a stream reads or writes it: create it, or correct 'Topic'`],
  [
    /ECONNREFUSED|ENOTFOUND|ETIMEDOUT|EHOSTUNREACH/,
    `Is 'BootstrapServers' right? If it names another address, that is the one that the broker advertises (advertised.listeners)`,
  ],
  [/SASL_AUTHENTICATION_FAILED/, `Is all of 'Sasl' right, Mechanism, Username and Password?`],
  [/certificate|self-signed/i, `"Tls": {"Ca": "..."} says who has signed the certificate of the broker, as a PEM text`],
  [
    /secure TLS connection|waiting for ready|wrong version number/,
    `Is 'Tls' given where the listener has TLS, and only there, and 'Sasl' where it wants a login?`,
  ],
];

/** Whether the broker takes less at once than has been sent. */
export function isTooLarge(error: unknown): boolean {
  return /^(MESSAGE_TOO_LARGE|RECORD_LIST_TOO_LARGE)\b/.test(reasonOf(error));
}

/** The id that a coordinator wants a new member to join with; null when that is not what is wrong. */
export function memberIdIn(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  const { apiId, memberId } = error as { apiId?: unknown; memberId?: unknown };
  if (apiId === 'MEMBER_ID_REQUIRED' && typeof memberId === 'string') return memberId;
  return error instanceof AggregateError ? memberIdIn(error.errors[0]) : null;
}

/** The broker will never take it. */
export function tooLarge(what: string): FastScoreError {
  return new FastScoreError('STREAM_FAILED', `the broker does not take ${what}`, {
    hint: 'max.message.bytes of the topic says how much it takes at once. Compression makes messages smaller',
  });
}

/** Whether an answer has come that cannot be read, now or later: what goes wrong on the way has a code, what is not understood has none. */
export function isUnreadable(error: unknown): boolean {
  const innermost = innermostOf(error);
  if (!(innermost instanceof Error)) return true;
  const { code } = innermost as { code?: unknown };
  return (
    code === undefined ||
    /^(PLT_KFK_(UNSUPPORTED_COMPRESSION|OUT_OF_BOUNDS)|ERR_OUT_OF_RANGE|ERR_BUFFER_|Z_)/.test(String(code))
  );
}

function innermostOf(error: unknown): unknown {
  if (error instanceof AggregateError && error.errors.length > 0) return innermostOf(error.errors[0]);
  return error instanceof Error && error.cause !== undefined ? innermostOf(error.cause) : error;
}

function collect(error: unknown, messages: Set<string>): void {
  if (!(error instanceof Error)) return;
  const { apiId } = error as { apiId?: unknown };
  const name = typeof apiId === 'string' ? `${apiId}: ` : '';
  if (error.message !== '') messages.add(name + error.message);
  for (const inner of error instanceof AggregateError ? error.errors.slice(0, 1) : []) collect(inner, messages);
  if (error.cause !== undefined) collect(error.cause, messages);
}
