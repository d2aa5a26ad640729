import type { ErrorCode, ErrorKind } from '../core/errors.ts';
import { ERROR_CODES, FastScoreError } from '../core/errors.ts';
import type { ErrorBody } from './shapes.ts';

/**
 * HTTP status per kind. FastScore 1.10 answers 400 where an operation does not fit the engine's state, and
 * where a model is refused.
 */
const STATUS_BY_KIND: Record<ErrorKind, number> = {
  failed: 500,
  usage: 400,
  unreachable: 503,
  unauthorised: 401,
  missing: 404,
  state: 400,
  timeout: 504,
  model: 400,
  interrupted: 500,
  internal: 500,
};

const STATUS_BY_CODE: Partial<Record<ErrorCode, number>> = {
  TOO_LARGE: 413,
  MEDIA_TYPE: 415,
  FORBIDDEN: 403,
  SNAPSHOT_AMBIGUOUS: 300,
  SNAPSHOT_EXISTS: 400,
  SNAPSHOT_CORRUPT: 403,
  SNAPSHOT_FORMAT: 403,
  SNAPSHOT_UNTRUSTED: 403,
  STREAM_FAILED: 400,
  STATE_OPAQUE: 400,
};

/** The HTTP status with which a server answers `error`, unless the route has its own. */
export function httpStatus(error: FastScoreError): number {
  return STATUS_BY_CODE[error.code] ?? STATUS_BY_KIND[error.kind];
}

/** `error` for clients that accept ERROR_MEDIA_TYPE. */
export function errorBody(error: FastScoreError): ErrorBody {
  return {
    error: error.message,
    code: error.code,
    kind: error.kind,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    ...(Object.keys(error.details).length === 0 ? {} : { details: error.details }),
  };
}

/** `error` for everybody else: one line, shown verbatim to people by the clients of 1.10. */
export function errorLine(error: FastScoreError): string {
  return oneLine(error.hint === undefined ? error.message : `${error.message} (${error.hint})`);
}

/** The error that an {@link ErrorBody} tells of; null when `text` is not one. A newer server's unknown code becomes INTERNAL. */
export function errorFromBody(text: string): FastScoreError | null {
  const body = parsedBody(text);
  if (body === null || typeof body.error !== 'string' || typeof body.code !== 'string') return null;
  const code = Object.hasOwn(ERROR_CODES, body.code) ? (body.code as ErrorCode) : 'INTERNAL';
  return new FastScoreError(code, body.error, {
    ...(typeof body.hint === 'string' ? { hint: body.hint } : {}),
    ...(typeof body.details === 'object' && body.details !== null ? { details: body.details } : {}),
  });
}

function parsedBody(text: string): Partial<ErrorBody> | null {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' ? body : null;
  } catch {
    return null;
  }
}

/** Control characters would let a name or a record write to the reader's terminal. */
function oneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ').trim();
}
