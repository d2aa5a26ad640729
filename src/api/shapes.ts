/**
 * The bodies that travel over REST, as FastScore 1.10 names their fields; ours beyond 1.10 are marked (2.0).
 * Both ends import these: what the server sends is what the client reads.
 */

/** Media type under which our own clients ask for errors as JSON; others get one line of text. */
export const ERROR_MEDIA_TYPE = 'application/vnd.fastscore.error+json';

/** (2.0) Body of an error for clients that accept {@link ERROR_MEDIA_TYPE}. */
export interface ErrorBody {
  error: string;
  code: string;
  kind: string;
  hint?: string;
  details?: Record<string, unknown>;
}

export interface HealthInfo {
  id: string;
  release: string;
  built_on: string;
}

export interface FleetEntry {
  id: string;
  name: string;
  api: 'engine' | 'model-manage';
  host: string;
  port: number;
  release: string;
  built_on: string;
  health: string;
}

export interface SlotInfo {
  slot: number;
  schema: unknown;
  recordsets: boolean;
  action: string | null;
}

/** Reply to a dry run of PUT /1/job/model. */
export interface VerifyInfo {
  slots: SlotInfo[];
  install_libs: string[];
  warn_libs: string[];
  attach_libs: string[];
  snapshots: string;
  /** (2.0) */
  warnings: string[];
}

export interface JetInfo {
  pid: number;
  sandbox: string;
}

export interface ActiveModelInfo {
  name: string;
  mtype: string;
  source: string;
  /** 2.0: the command that runs it. */
  interpreter: string;
  slots: SlotInfo[];
  attachments: string[];
  snapshots: string;
  jets: JetInfo[];
}

export interface ActiveStreamInfo {
  slot: number;
  name: string;
  descriptor: unknown;
  eof: boolean;
  /** 2.0: why the stream has no connection for the time being. */
  trouble?: string;
}

export interface EngineStateInfo {
  state: string;
}

export interface SnapshotInfo {
  id: string;
  created_on: string;
  type: string;
  size: number;
  /** 2.0: it stays when old ones are pruned. */
  pinned?: true;
  /** 2.0, of one that was asked for by id: what its last line tells, and whether engines of the catalog have taken it. */
  sha256?: string;
  own?: boolean;
}

/** A rejected record, as `job status` shows it (2.0). */
export interface RejectInfo {
  by: 'encoding' | 'schema';
  slot: number;
  seqno: number | null;
  text: string;
  reason: string;
}

/** GET /1/job/status: ManifoldInfo of 1.10 and, marked (2.0), what people ask next. */
export interface JobStatus {
  state: string;
  model: { name: string; type: string; source: string; attachments: string[] } | null;
  snapshots: string | null;
  slots: {
    slot: number;
    schema: unknown;
    recordsets: boolean;
    action: string | null;
    /** `trouble` (2.0): why it has no connection for the time being. */
    stream: { descriptor: unknown; eof: boolean; name: string; trouble?: string } | null;
    /** (2.0) */
    records: number;
    bytes: number;
    rejected_by_schema: number;
    rejected_by_encoding: number;
    rejects: RejectInfo[];
  }[];
  jets: {
    pid: number;
    sandbox: string;
    busy: boolean;
    /** (2.0) */
    number: number;
    state: string;
    records: number;
    bytes: number;
    output_records: number;
    output_bytes: number;
    restarts: number;
    /** Milliseconds with a batch in hand, and those of them spent waiting for keys of other jets. */
    busy_ms: number;
    waited_ms: number;
    /** What it is at, since so many milliseconds: `load`, `begin`, `batch`, `program` or `end`; null: nothing. */
    work: {
      doing: string;
      /** The records in hand, one of which it is at. */
      records: { slot: number; seqno: number; count: number } | null;
      ms: number;
    } | null;
  }[];
  /** (2.0) what jets have done since the engine was made, by number: also those that are gone */
  jet_totals: {
    number: number;
    records: number;
    bytes: number;
    output_records: number;
    output_bytes: number;
    restarts: number;
    busy_ms: number;
    waited_ms: number;
  }[];
  /** (2.0) number of jets wanted */
  scale: number;
  /** (2.0) */
  failure: {
    code: string;
    message: string;
    traceback: string;
    input: { slot: number; seqno: number; data: string[]; batch_len: number; encoding: string } | null;
  } | null;
  /**
   * (2.0) how often keys were asked back from jets, how long others waited for them, how many updates of shared keys had
   * to be done again
   */
  loans: { recalls: number; waited_ms: number; conflicts: number };
  /** (2.0) what is waited for now, the longest first */
  waits: WaitInfo[];
  /** (2.0) snapshots since the engine was made: how long records waited for them, how long their files took */
  snapshot_counts: {
    taken: number;
    failed: number;
    pause_ms: number;
    last_pause_ms: number;
    longest_pause_ms: number;
    write_ms: number;
    last_write_ms: number;
  };
  /** (2.0) */
  last_snapshot: { id: string | null; error: string | null; trigger: string } | null;
}

/** (2.0) Something that an engine, or a jet of it, waits for. */
export interface WaitInfo {
  /** `key` (jets wait for a key of another), or `snapshot`, `pig`, `model`, `start`, `scale`, `state`, `end`, `stop`. */
  for: string;
  /** What is waited for, of `key` and `state`. */
  key: { kind: 'cell' | 'item' | 'pool'; name: string; item: string | null } | null;
  /** Numbers of the jets that wait, of `key`. */
  waiting: number[];
  /** Numbers of the jets that are waited for. */
  on: number[];
  /** Milliseconds so far, and at most; null: no limit. */
  ms: number;
  limit_ms: number | null;
}

/** What is to happen when somebody else has the engine: refuse, wait in line, or take it away. */
export const JOB_TURNS = ['now', 'queue', 'replace'] as const;
export type JobTurn = (typeof JOB_TURNS)[number];

/** (2.0) A job: one run of a model, from the wish for the engine to its end. */
export interface JobInfo {
  id: string;
  model: string | null;
  /** `waiting`, `starting`, a state of the engine but `init`, `stopped` or `replaced`. */
  state: string;
  /** While it waits: how many are before it in the line. */
  ahead: number | null;
  /** While it waits: what keeps the engine from being free, in words. */
  waits_for: string | null;
  /** When its run has ended: the status of the engine at that time. */
  result: JobStatus | null;
}

/** POST /1/job/sample/cpu. Times are seconds. */
export interface CpuUsageInfo {
  duration: number;
  input_bytes: number;
  input_records: number;
  output_bytes: number;
  output_records: number;
  user_time: number;
  kernel_time: number;
  /** For each stream seconds, and with `_n` records, by stage: `unwrap_envelope`, `type_check_input`, ... */
  op_times: Record<string, number>[];
  jets: {
    input_records: number;
    output_records: number;
    user_time: number;
    kernel_time: number;
    /** With records in hand, without waiting for keys of other jets. */
    model_time: number;
  }[];
}

/** (2.0) GET /1/job/statistics: of the run, or since the counts were reset. */
export interface JobStatistics {
  /** Records, and their bytes, of all input slots. */
  input: { count: number; size: number };
  output: { count: number; size: number };
  jets: { number: number; pid: number; total_in: number; total_out: number }[];
}

/** (2.0) A file that `engine put` has given to an engine. */
export interface EngineFileInfo {
  /** In the working directory of models. */
  path: string;
  /** Bytes. */
  size: number;
}

/** (2.0) One key of GET /2/active/state. `json` is text, so that every digit survives. */
export interface StateInfo {
  kind: 'cell' | 'item';
  /** Name of the cell, or of the pool. */
  name: string;
  item: string | null;
  type: string;
  bytes: number;
  version: number;
  json: string | null;
  /** ISO 8601 with Z: when this value was stored or handed in. */
  updated_on: string;
  /** Number of the jet that has the key in its own memory (`lentTo` of the engine), null when none has. */
  lent_to: number | null;
  /** Since when that jet has had it, ISO 8601 with Z. */
  lent_since: string | null;
  /** Not lent for now: each use is a round trip. */
  shared: boolean;
  /** Numbers of the jets that wait for the key. */
  waiting: number[];
}
