import type { IncomingHttpHeaders } from 'node:http';
import { errorFromBody } from '../api/errors.ts';
import { bareMediaType } from '../api/media-types.ts';
import { ERROR_MEDIA_TYPE } from '../api/shapes.ts';
import { FastScoreError } from '../core/errors.ts';
import type { Call } from './call.ts';
import type { Target } from './target.ts';
import { describeTarget } from './target.ts';

/** What a reply that is not 2xx says: the server's own error, or the best reading of somebody else's. */
export function replyError(reply: {
  readonly status: number;
  readonly text: string;
  readonly headers: IncomingHttpHeaders;
  readonly target: Target;
  readonly call: Call;
}): FastScoreError {
  const { status, text, target, call } = reply;
  if (bareMediaType(reply.headers['content-type'] ?? '') === ERROR_MEDIA_TYPE) {
    const error = errorFromBody(text);
    if (error !== null) return error;
  }
  const details = { status, text: text.slice(0, 1000) };
  const who = describeTarget(target);
  if (status === 401) {
    return new FastScoreError('UNAUTHORISED', `${who} wants authorisation`, {
      hint: 'Log in with `fastscore connect`, or give a token',
      details,
    });
  }
  if (status === 403) return new FastScoreError('FORBIDDEN', `${who} does not allow this`, { details });
  if (status === 502 || status === 503 || status === 504) {
    return new FastScoreError('ENGINE_UNREACHABLE', `${who} answers, but no engine behind it does (status ${status})`, {
      details,
    });
  }
  return foreignServer(target, `status ${status} to ${call.method} ${call.path.split('?', 1)[0]}`, details);
}

/** The other side speaks HTTP, but not as a fastscore engine does. */
export function foreignServer(target: Target, what: string, details: Record<string, unknown> = {}): FastScoreError {
  return new FastScoreError(
    'ENGINE_VERSION',
    `${describeTarget(target)} answers ${what}, which is not the answer of a fastscore engine of this release`,
    { hint: 'Check the address, and `fastscore fleet -v` for the releases', details },
  );
}

/** An error of the network or of TLS. */
export function connectionError(cause: unknown, target: Target, call: Call): FastScoreError {
  const { code = '', message } = cause as NodeJS.ErrnoException;
  const who = describeTarget(target);
  if (code.startsWith('HPE_')) return foreignServer(target, `something that is not HTTP to ${call.method}`);
  if (code === 'EACCES') {
    return new FastScoreError('ENGINE_UNREACHABLE', `${who} does not let this user in`, { cause });
  }
  if (isCertificateError(code)) {
    return new FastScoreError('ENGINE_UNREACHABLE', `${who} shows a certificate that is not trusted: ${message}`, {
      hint: 'fastscore connect <url> --ca <file>, with the certificate or that of the authority which signed it',
      details: { code },
      cause,
    });
  }
  if (isTlsError(code)) {
    return new FastScoreError('ENGINE_UNREACHABLE', `${who} does not speak TLS`, {
      hint: 'Does it want http:// instead of https://?',
      details: { code },
      cause,
    });
  }
  const gone = code === 'ECONNRESET' || code === 'EPIPE' || code === 'ECONNABORTED';
  return new FastScoreError(
    'ENGINE_UNREACHABLE',
    gone ? `${who} went away before it had answered` : `${who} does not answer`,
    {
      hint:
        target.kind === 'socket'
          ? 'Is the engine running? `fastscore serve` starts one'
          : 'Check the address, and that `fastscore serve` runs there',
      details: { code },
      cause,
    },
  );
}

/** Whether a failure may pass by itself: nobody answers yet. What is wrong with TLS stays wrong. */
export function mayPass({ code, details }: FastScoreError): boolean {
  const reason = String(details.code ?? '');
  return code === 'ENGINE_UNREACHABLE' && !isCertificateError(reason) && !isTlsError(reason);
}

const isTlsError = (code: string): boolean => code === 'EPROTO' || code.startsWith('ERR_SSL');

const isCertificateError = (code: string): boolean =>
  code.includes('CERT') || code === 'UNABLE_TO_VERIFY_LEAF_SIGNATURE';
