/**
 * Errors as values: every failure that a person can meet has a code, a sentence and, where there is one,
 * a hint that says what to do. A kind decides the exit status of the CLI and the default HTTP status.
 */
export type ErrorKind =
  | 'failed'
  | 'usage'
  | 'unreachable'
  | 'unauthorised'
  | 'missing'
  | 'state'
  | 'timeout'
  | 'model'
  | 'interrupted'
  | 'internal';

/** Exit status per kind: a promise to scripts, documented in the README. */
export const EXIT_STATUS: Record<ErrorKind, number> = {
  failed: 1,
  usage: 2,
  unreachable: 3,
  unauthorised: 4,
  missing: 5,
  state: 6,
  timeout: 7,
  model: 8,
  interrupted: 130,
  internal: 1,
};

/** Every code with its kind. Codes are stable: scripts may test for them in `--json` output. */
export const ERROR_CODES = {
  BAD_INPUT: 'usage',
  BAD_NAME: 'usage',
  BAD_DESCRIPTOR: 'usage',
  BAD_COUNT: 'usage',
  TOO_LARGE: 'usage',
  MEDIA_TYPE: 'usage',
  UNKNOWN_COMMAND: 'usage',
  UNKNOWN_OPTION: 'usage',
  FILE_NOT_FOUND: 'missing',
  FILE_UNREADABLE: 'failed',
  MODEL_NOT_FOUND: 'missing',
  MODEL_NOT_LOADED: 'missing',
  STREAM_NOT_FOUND: 'missing',
  STREAM_NOT_ATTACHED: 'missing',
  SCHEMA_NOT_FOUND: 'missing',
  SCHEMA_INVALID: 'usage',
  SCHEMA_MISMATCH: 'model',
  RECORD_INVALID: 'model',
  SENSOR_NOT_FOUND: 'missing',
  ATTACHMENT_NOT_FOUND: 'missing',
  ARCHIVE_INVALID: 'usage',
  INSTANCE_NOT_FOUND: 'missing',
  ROUTE_NOT_FOUND: 'missing',
  CONFIG_NOT_FOUND: 'missing',
  STATE_KEY_NOT_FOUND: 'missing',
  JOB_NOT_FOUND: 'missing',
  SNAPSHOT_NOT_FOUND: 'missing',
  SNAPSHOT_AMBIGUOUS: 'usage',
  SNAPSHOT_EXISTS: 'failed',
  SNAPSHOT_CORRUPT: 'failed',
  SNAPSHOT_FORMAT: 'failed',
  SNAPSHOT_UNTRUSTED: 'failed',
  SNAPSHOT_WRITE_FAILED: 'failed',
  CATALOG_WRITE_FAILED: 'failed',
  SNAPSHOT_DIFFERS: 'model',
  WRONG_STATE: 'state',
  WRONG_STREAM: 'state',
  MODEL_TYPE_UNKNOWN: 'usage',
  MODEL_TYPE_UNSUPPORTED: 'usage',
  MODEL_INVALID: 'model',
  MODEL_SYNTAX: 'model',
  MODEL_FAILED: 'model',
  OUTPUT_DIFFERS: 'model',
  JET_CRASHED: 'model',
  JET_PROTOCOL: 'failed',
  INTERPRETER_MISSING: 'failed',
  STREAM_FAILED: 'failed',
  STATE_OPAQUE: 'failed',
  ADDRESS_IN_USE: 'failed',
  HOME_IN_USE: 'state',
  ENGINE_UNREACHABLE: 'unreachable',
  ENGINE_VERSION: 'unreachable',
  UNAUTHORISED: 'unauthorised',
  FORBIDDEN: 'unauthorised',
  TIMED_OUT: 'timeout',
  INTERRUPTED: 'interrupted',
  INTERNAL: 'internal',
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof ERROR_CODES;

export interface ErrorOptions {
  /** What to do about it: one sentence, often a command. */
  hint?: string;
  /** Facts for machines (and for `--verbose`): a traceback, the offending record, a path. */
  details?: Record<string, unknown>;
  cause?: unknown;
}

/** A failure that a person can do something about. */
export class FastScoreError extends Error {
  override readonly name = 'FastScoreError';
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly details: Record<string, unknown>;

  /**
   * @param code one of {@link ERROR_CODES}
   * @param message one sentence that says what was wrong and where
   */
  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.details = options.details ?? {};
  }

  get kind(): ErrorKind {
    return ERROR_CODES[this.code];
  }

  get exitStatus(): number {
    return EXIT_STATUS[this.kind];
  }
}

/** Any thrown thing as a FastScoreError; what is not one of ours becomes INTERNAL with the original as its cause. */
export function asFastScoreError(thrown: unknown): FastScoreError {
  if (thrown instanceof FastScoreError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new FastScoreError('INTERNAL', message, { cause: thrown });
}
