import type {
  ActiveModelInfo,
  ActiveStreamInfo,
  JobStatus,
  RejectInfo,
  SlotInfo,
  StateInfo,
  VerifyInfo,
  WaitInfo,
} from '../api/shapes.ts';
import { FastScoreError } from '../core/errors.ts';
import type { Reject } from '../core/records.ts';
import type { EngineFailure, EngineStatus, ModelReport, SlotDescription, StateEntry } from '../engine/types.ts';
import { masked } from '../util/masked.ts';

/** What the engine says, in the names of the REST API. */

/** What a dry run of a load says, in the fields of 1.10. */
export function verifyInfo(report: ModelReport): VerifyInfo {
  return {
    slots: report.slots.map(slotInfo),
    install_libs: [...report.installLibs],
    warn_libs: [...report.warnLibs],
    attach_libs: [...report.attachLibs],
    snapshots: report.snapshots,
    warnings: [...report.warnings],
  };
}

/** @throws FastScoreError MODEL_NOT_LOADED */
export function activeModelInfo({ model, jets }: EngineStatus): ActiveModelInfo {
  if (model === null) throw new FastScoreError('MODEL_NOT_LOADED', 'No model is loaded');
  return {
    name: model.name,
    mtype: model.mtype.toLowerCase(),
    source: model.source,
    interpreter: model.interpreter,
    slots: model.report.slots.map(slotInfo),
    attachments: [...model.attachments],
    snapshots: model.report.snapshots,
    jets: jets.map(({ pid, sandbox }) => ({ pid, sandbox })),
  };
}

/** The attached streams in the fields of 1.10, secrets as stars. */
export function activeStreamInfos({ streams }: EngineStatus): ActiveStreamInfo[] {
  return streams.map(({ slot, name, descriptor, eof, trouble }) => ({
    slot,
    name,
    descriptor: masked(descriptor),
    eof,
    ...(trouble === null ? {} : { trouble: masked(trouble) }),
  }));
}

/** What an engine is doing, in the fields of 1.10 and ours. */
export function jobStatus(status: EngineStatus): JobStatus {
  const { model, jets, failure } = status;
  return {
    state: status.state,
    model:
      model === null
        ? null
        : {
            name: model.name,
            type: model.mtype.toLowerCase(),
            source: model.source,
            attachments: [...model.attachments],
          },
    snapshots: model?.report.snapshots ?? null,
    slots: slotNumbers(status).map((slot) => jobSlot(status, slot)),
    jets: jets.map(jobJet),
    jet_totals: status.jetTotals.map(jetTotals),
    scale: status.scale,
    failure: failure === null ? null : failureInfo(failure),
    loans: {
      recalls: status.loans.recalls,
      waited_ms: Math.round(status.loans.waitedMs),
      conflicts: status.loans.conflicts,
    },
    waits: status.waits.map(waitInfo),
    snapshot_counts: snapshotCounts(status.snapshots),
    last_snapshot: lastSnapshot(status.lastSnapshot),
  };
}

function jobJet(jet: EngineStatus['jets'][number]): JobStatus['jets'][number] {
  const { pid, sandbox, number, state, records, restarts } = jet;
  return {
    pid,
    sandbox,
    busy: state === 'busy',
    number,
    state,
    records,
    bytes: jet.bytes,
    output_records: jet.outputRecords,
    output_bytes: jet.outputBytes,
    restarts,
    busy_ms: Math.round(jet.busyMs),
    waited_ms: Math.round(jet.waitedMs),
    work: jet.work === null ? null : { ...jet.work, ms: Math.round(jet.work.ms) },
  };
}

function waitInfo({ key, waiting, on, ms, limitMs, ...wait }: EngineStatus['waits'][number]): WaitInfo {
  return {
    for: wait.for,
    key: key === null ? null : lentInfo(key),
    waiting: [...waiting],
    on: [...on],
    ms: Math.round(ms),
    limit_ms: limitMs,
  };
}

function lentInfo(key: NonNullable<EngineStatus['waits'][number]['key']>): WaitInfo['key'] {
  if (key.kind === 'cell') return { kind: 'cell', name: key.name, item: null };
  return { kind: key.kind, name: key.pool, item: key.kind === 'item' ? key.item : null };
}

function jetTotals(totals: EngineStatus['jetTotals'][number]): JobStatus['jet_totals'][number] {
  const { number, records, bytes, restarts } = totals;
  return {
    number,
    records,
    bytes,
    output_records: totals.outputRecords,
    output_bytes: totals.outputBytes,
    restarts,
    busy_ms: Math.round(totals.busyMs),
    waited_ms: Math.round(totals.waitedMs),
  };
}

function snapshotCounts(counts: EngineStatus['snapshots']): JobStatus['snapshot_counts'] {
  const { taken, failed } = counts;
  const rounded = (ms: number): number => Math.round(ms * 100) / 100;
  return {
    taken,
    failed,
    pause_ms: rounded(counts.pauseMs),
    last_pause_ms: rounded(counts.lastPauseMs),
    longest_pause_ms: rounded(counts.longestPauseMs),
    write_ms: rounded(counts.writeMs),
    last_write_ms: rounded(counts.lastWriteMs),
  };
}

/** The record at hand when the model failed, in the fields of 1.10; null when none was. */
export function failureInput(input: EngineFailure['input']): NonNullable<JobStatus['failure']>['input'] {
  if (input === null) return null;
  const { slot, seqno, data, batchLength, encoding } = input;
  return { slot, seqno, data: [...data], batch_len: batchLength, encoding };
}

/** A cell or an item as REST shows it. */
export function stateInfo(entry: StateEntry): StateInfo {
  const { key, type, bytes, version, json, shared } = entry;
  const [name, item] = key.kind === 'cell' ? [key.name, null] : [key.pool, key.item];
  return {
    kind: key.kind,
    name,
    item,
    type,
    bytes,
    version,
    json,
    updated_on: new Date(entry.updatedAt).toISOString(),
    lent_to: entry.lentTo,
    lent_since: entry.lentForMs === null ? null : new Date(Date.now() - entry.lentForMs).toISOString(),
    shared,
    waiting: [...entry.waiting],
  };
}

function slotInfo({ slot, schema, recordsets, action }: SlotDescription): SlotInfo {
  return { slot, schema, recordsets, action };
}

function lastSnapshot(last: EngineStatus['lastSnapshot']): JobStatus['last_snapshot'] {
  if (last === null) return null;
  return { ...last, error: last.error === null ? null : masked(last.error) };
}

function failureInfo({ code, message, traceback, input }: EngineFailure): NonNullable<JobStatus['failure']> {
  return { code, message: masked(message), traceback, input: failureInput(input) };
}

/** Slots that the model uses, or that have a stream. */
function slotNumbers({ model, streams, slots }: EngineStatus): number[] {
  const used = model?.report.slots ?? [];
  return [...new Set([...used, ...streams, ...slots].map(({ slot }) => slot))].sort((a, b) => a - b);
}

function jobSlot(status: EngineStatus, slot: number): JobStatus['slots'][number] {
  const described = status.model?.report.slots.find((one) => one.slot === slot);
  const stream = status.streams.find((one) => one.slot === slot);
  const counted = status.slots.find((one) => one.slot === slot);
  return {
    slot,
    schema: described?.schema ?? null,
    recordsets: described?.recordsets ?? false,
    action: described?.action ?? null,
    stream: stream === undefined ? null : jobStream(stream),
    records: counted?.records ?? 0,
    bytes: counted?.bytes ?? 0,
    rejected_by_schema: counted?.rejectedBySchema ?? 0,
    rejected_by_encoding: counted?.rejectedByEncoding ?? 0,
    rejects: (counted?.rejects ?? []).map(rejectInfo),
  };
}

function jobStream({
  descriptor,
  eof,
  name,
  trouble,
}: EngineStatus['streams'][number]): JobStatus['slots'][number]['stream'] {
  return {
    descriptor: masked(descriptor),
    eof,
    name,
    ...(trouble === null ? {} : { trouble: masked(trouble) }),
  };
}

function rejectInfo({ by, slot, seqno, text, reason }: Reject): RejectInfo {
  return { by, slot, seqno, text, reason };
}
