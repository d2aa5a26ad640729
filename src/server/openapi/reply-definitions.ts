import type { Schema } from './operation.ts';
import { anything, boolean, integer, listOf, mapOf, nullable, number, object, oneOf, ref, string } from './schemas.ts';

const recordsOfJet = {
  number: integer,
  records: integer,
  bytes: integer,
  output_records: integer,
  output_bytes: integer,
  restarts: integer,
  busy_ms: integer,
  waited_ms: integer,
};
const sum = object({ count: integer, size: integer });
const slot = { slot: integer, schema: anything, recordsets: boolean, action: nullable(string) };
const failedAt = { slot: integer, seqno: integer, data: listOf(string), batch_len: integer, encoding: string };

/** What the server answers. */
export const REPLY_DEFINITIONS: Readonly<Record<string, Schema>> = {
  Names: listOf(string),
  Health: object({ id: string, release: string, built_on: string }),
  Instance: object(
    {
      id: string,
      name: string,
      api: oneOf('engine', 'model-manage'),
      host: string,
      port: integer,
      release: string,
      built_on: string,
      health: string,
    },
    // Those that `return` leaves out.
    ['id', 'name', 'api', 'host', 'port', 'release', 'built_on', 'health'],
  ),
  EngineFile: object({ path: string, size: integer }),
  JobStatistics: object({
    input: sum,
    output: sum,
    jets: listOf(object({ number: integer, pid: integer, total_in: integer, total_out: integer })),
  }),
  ModelType: object({ name: string, type: string }),
  Slot: object(slot),
  VerifyInfo: object({
    slots: listOf(ref('Slot')),
    install_libs: ref('Names'),
    warn_libs: ref('Names'),
    attach_libs: ref('Names'),
    snapshots: oneOf('none', 'eof'),
    warnings: ref('Names'),
  }),
  ActiveModel: object({
    name: string,
    mtype: string,
    source: string,
    interpreter: string,
    slots: listOf(ref('Slot')),
    attachments: ref('Names'),
    snapshots: string,
    jets: listOf(object({ pid: integer, sandbox: string })),
  }),
  ActiveStream: object({ slot: integer, name: string, descriptor: anything, eof: boolean, trouble: string }, [
    'trouble',
  ]),
  EngineState: object({
    state: oneOf('init', 'running', 'pigging', 'paused', 'finishing', 'finished', 'error'),
  }),
  JobStatus: object(
    {
      state: string,
      model: nullable(object({ name: string, type: string, source: string, attachments: ref('Names') })),
      snapshots: nullable(string),
      slots: listOf(
        object({
          ...slot,
          stream: nullable(object({ descriptor: anything, eof: boolean, name: string, trouble: string }, ['trouble'])),
          records: integer,
          bytes: integer,
          rejected_by_schema: integer,
          rejected_by_encoding: integer,
          rejects: listOf(
            object({
              by: oneOf('encoding', 'schema'),
              slot: integer,
              seqno: nullable(integer),
              text: string,
              reason: string,
            }),
          ),
        }),
      ),
      jets: listOf(
        object({
          pid: integer,
          sandbox: string,
          busy: boolean,
          state: string,
          ...recordsOfJet,
          work: nullable(
            object({
              doing: oneOf('load', 'begin', 'batch', 'program', 'end'),
              records: nullable(object({ slot: integer, seqno: integer, count: integer })),
              ms: integer,
            }),
          ),
        }),
      ),
      jet_totals: listOf(object(recordsOfJet)),
      scale: integer,
      failure: nullable(
        object({ code: string, message: string, traceback: string, input: nullable(object(failedAt)) }),
      ),
      loans: object({ recalls: integer, waited_ms: integer, conflicts: integer }),
      waits: listOf(
        object({
          for: oneOf('key', 'snapshot', 'pig', 'model', 'start', 'scale', 'state', 'end', 'stop'),
          key: nullable(object({ kind: oneOf('cell', 'item', 'pool'), name: string, item: nullable(string) })),
          waiting: listOf(integer),
          on: listOf(integer),
          ms: integer,
          limit_ms: nullable(integer),
        }),
      ),
      snapshot_counts: mapOf(number),
      last_snapshot: nullable(object({ id: nullable(string), error: nullable(string), trigger: string })),
    },
    // Those that `return` leaves out.
    [
      'state',
      'model',
      'snapshots',
      'slots',
      'jets',
      'jet_totals',
      'scale',
      'failure',
      'loans',
      'waits',
      'snapshot_counts',
      'last_snapshot',
    ],
  ),
  CpuUsage: object({
    duration: number,
    input_bytes: integer,
    input_records: integer,
    output_bytes: integer,
    output_records: integer,
    user_time: number,
    kernel_time: number,
    op_times: listOf(mapOf(number)),
    jets: listOf(
      object({
        input_records: integer,
        output_records: integer,
        user_time: number,
        kernel_time: number,
        model_time: number,
      }),
    ),
  }),
  Rate: object({ rps: number, mbps: number }),
  NumberedId: object({ id: integer }),
  ActiveSensor: object({ id: integer, tap: string }),
  ActiveSensorDetails: object({ id: integer, tap: string, descriptor: ref('SensorDescriptor') }),
  ControlSensor: object({ id: integer, tap: string, active: boolean }),
  ControlSensorDetails: object({ id: integer, tap: string, permanent: boolean }),
  Snapshot: object(
    {
      id: string,
      model: string,
      created_on: { type: 'string', format: 'date-time' },
      type: string,
      size: integer,
      pinned: boolean,
    },
    ['model', 'pinned'],
  ),
  PneumoMessage: object({
    src: string,
    timestamp: { type: 'string', format: 'date-time' },
    type: oneOf('health', 'log', 'model-console', 'engine-state', 'engine-config', 'sensor-report', 'model-error'),
  }),
  StateEntry: object({
    kind: oneOf('cell', 'item'),
    name: string,
    item: nullable(string),
    type: string,
    bytes: integer,
    version: integer,
    json: nullable(string),
    updated_on: { type: 'string', format: 'date-time' },
    lent_to: nullable(integer),
    lent_since: nullable({ type: 'string', format: 'date-time' }),
    shared: boolean,
    waiting: listOf(integer),
  }),
  Pulled: object({ pulled: boolean }),
};
