import type { EngineState, EngineStatus } from '../../engine/types.ts';
import { usageOf } from '../../util/process-usage.ts';

type Labels = Readonly<Record<string, string | number>>;

/** Numbers of one name, as Prometheus takes them. */
export interface EngineMetric {
  readonly type: 'counter' | 'gauge';
  /** Without the `fastscore_` that all have. */
  readonly name: string;
  readonly help: string;
  readonly values: (status: EngineStatus) => readonly (readonly [number, Labels])[];
}

const STATES: readonly EngineState[] = ['init', 'running', 'pigging', 'paused', 'finishing', 'finished', 'error'];

const seconds = (milliseconds: number): number => milliseconds / 1000;

/** What there is to know of an engine. Labels come beside that of the engine's name. */
export const ENGINE_METRICS: readonly EngineMetric[] = [
  gauge('engine_state', '1 for the state that the engine is in', (status) =>
    STATES.map((state) => [state === status.state ? 1 : 0, { state }]),
  ),
  ...slotMetrics(),
  ...jetMetrics(),
  counter('state_recalls_total', 'Keys asked back from a jet because another wanted them', ({ loans }) => [
    [loans.recalls, {}],
  ]),
  counter('state_handover_seconds_total', 'Time that jets waited for keys of other jets', ({ loans }) => [
    [seconds(loans.waitedMs), {}],
  ]),
  counter('state_conflicts_total', 'Updates of shared keys done again, another jet being quicker', ({ loans }) => [
    [loans.conflicts, {}],
  ]),
  ...snapshotMetrics(),
];

/** What engines are doing, by their names. */
export type EngineStatuses = ReadonlyMap<string, EngineStatus>;

/** One metric of all engines. */
export function valuesOf(metric: EngineMetric, statuses: EngineStatuses): [number, Labels][] {
  return [...statuses].flatMap(([engine, status]) =>
    metric.values(status).map(([value, labels]): [number, Labels] => [value, { engine, ...labels }]),
  );
}

function slotMetrics(): EngineMetric[] {
  return [
    counter('slot_records_total', 'Records taken from an input or given to an output', ({ slots }) =>
      slots.map(({ slot, records }) => [records, { slot }]),
    ),
    counter('slot_bytes_total', 'Size of these records', ({ slots }) =>
      slots.map(({ slot, bytes }) => [bytes, { slot }]),
    ),
    counter('slot_rejects_total', 'Records dropped by the encoding or the schema of a slot', ({ slots }) =>
      slots.flatMap(({ slot, rejectedByEncoding, rejectedBySchema }) => [
        [rejectedByEncoding, { slot, by: 'encoding' }] as const,
        [rejectedBySchema, { slot, by: 'schema' }] as const,
      ]),
    ),
    gauge('slot_eof', '1 when a stream is at its end', ({ slots }) =>
      slots.map(({ slot, eof }) => [eof ? 1 : 0, { slot }]),
    ),
  ];
}

function jetMetrics(): EngineMetric[] {
  const perJet = (of: (totals: EngineStatus['jetTotals'][number]) => number): EngineMetric['values'] => {
    return ({ jetTotals }) => jetTotals.map((totals) => [of(totals), { jet: totals.number }]);
  };
  return [
    gauge('jets_wanted', 'Jets asked for', ({ scale }) => [[scale, {}]]),
    gauge('jets', 'Jets that are there', ({ jets }) => [[jets.length, {}]]),
    counter(
      'jet_records_total',
      'Input records that a jet has done',
      perJet(({ records }) => records),
    ),
    counter(
      'jet_bytes_total',
      'Size of these records',
      perJet(({ bytes }) => bytes),
    ),
    counter(
      'jet_output_records_total',
      'Records that a jet has emitted',
      perJet(({ outputRecords }) => outputRecords),
    ),
    counter(
      'jet_output_bytes_total',
      'Size of these records',
      perJet(({ outputBytes }) => outputBytes),
    ),
    counter(
      'jet_restarts_total',
      'How often a jet was replaced because it died',
      perJet(({ restarts }) => restarts),
    ),
    counter(
      'jet_busy_seconds_total',
      'Time with a batch in hand',
      perJet(({ busyMs }) => seconds(busyMs)),
    ),
    counter(
      'jet_waited_seconds_total',
      'Part of it spent waiting for keys',
      perJet(({ waitedMs }) => seconds(waitedMs)),
    ),
    gauge('jet_memory_bytes', 'Resident memory of a jet', ({ jets }) =>
      jets.map(({ number, pid }) => [usageOf(pid)?.memoryBytes ?? 0, { jet: number }]),
    ),
  ];
}

function snapshotMetrics(): EngineMetric[] {
  const one = (of: (counts: EngineStatus['snapshots']) => number): EngineMetric['values'] => {
    return ({ snapshots }) => [[of(snapshots), {}]];
  };
  return [
    counter(
      'snapshots_total',
      'Snapshots taken',
      one(({ taken }) => taken),
    ),
    counter(
      'snapshot_failures_total',
      'Snapshots that could not be written',
      one(({ failed }) => failed),
    ),
    counter(
      'snapshot_pause_seconds_total',
      'Time that records waited for snapshots to begin',
      one(({ pauseMs }) => seconds(pauseMs)),
    ),
    gauge(
      'snapshot_last_pause_seconds',
      'The same, for the last one',
      one(({ lastPauseMs }) => seconds(lastPauseMs)),
    ),
    gauge(
      'snapshot_longest_pause_seconds',
      'The same, for the one that took longest',
      one(({ longestPauseMs }) => seconds(longestPauseMs)),
    ),
    counter(
      'snapshot_write_seconds_total',
      'Time from the captured state to the durable file',
      one(({ writeMs }) => seconds(writeMs)),
    ),
    gauge(
      'snapshot_last_write_seconds',
      'The same, for the last one',
      one(({ lastWriteMs }) => seconds(lastWriteMs)),
    ),
  ];
}

function counter(name: string, help: string, values: EngineMetric['values']): EngineMetric {
  return { type: 'counter', name, help, values };
}

function gauge(name: string, help: string, values: EngineMetric['values']): EngineMetric {
  return { type: 'gauge', name, help, values };
}
