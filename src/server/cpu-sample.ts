import { setTimeout as delay } from 'node:timers/promises';
import type { CpuUsageInfo } from '../api/shapes.ts';
import type { Engine, EngineStatus, JetStatus } from '../engine/types.ts';
import type { ProcessUsage } from '../util/process-usage.ts';
import { ownUsage, usageOf } from '../util/process-usage.ts';
import type { CompatContext } from './compat-context.ts';
import { querySeconds } from './query.ts';
import type { Profile } from './sensors/profile.ts';
import { profileSampler } from './sensors/profile.ts';
import type { Service } from './service.ts';
import { instanceOf } from './service.ts';
import { unlessClosing } from './unless-closing.ts';

const LONGEST_S = 60;
const DEFAULT_MS = 1000;

/** What an engine and its jets do, and use, within some seconds. */
export const cpuSample: Service<CompatContext> = {
  api: 'engine',
  routes(app, { fleet, closing }) {
    app.post('/1/job/sample/cpu', { config: { errorStatus: { BAD_INPUT: 403 } } }, async (request) => {
      const waitMs = querySeconds(request, 'duration', LONGEST_S) ?? DEFAULT_MS;
      const engine = fleet.engine(instanceOf(request));
      const before = observe(engine);
      const streams = before.status.streams.map(({ slot }) => profileSampler(engine, slot));
      await unlessClosing(delay(waitMs), closing);
      return { ...difference(before, observe(engine)), op_times: streams.flatMap((sample) => operations(sample())) };
    });
  },
};

/** Of one stream, by the names of 1.10. Records are decoded in the jets, whose time is told for itself. */
function operations(profile: Profile | null): CpuUsageInfo['op_times'] {
  if (profile === null) return [];
  const pair = (name: string, of: string) => ({ [name]: profile[of] ?? 0, [`${name}_n`]: profile[`${of}_n`] ?? 0 });
  return [
    {
      ...pair('unwrap_envelope', 'unwrap_envelope'),
      ...pair('wrap_envelope', 'wrap_envelope'),
      ...pair('decode_input_record', ''),
      ...pair('type_check_input', 'validate_input_records'),
    },
  ];
}

interface Observation {
  readonly at: number;
  readonly status: EngineStatus;
  readonly own: ProcessUsage;
  /** By sandbox. */
  readonly jets: ReadonlyMap<string, { readonly counts: JetStatus; readonly usage: ProcessUsage | null }>;
}

function observe(engine: Engine): Observation {
  const status = engine.status();
  const jets = new Map(status.jets.map((jet) => [jet.sandbox, { counts: jet, usage: usageOf(jet.pid) }]));
  return { at: performance.now(), status, own: ownUsage(), jets };
}

function difference(before: Observation, after: Observation): Omit<CpuUsageInfo, 'op_times'> {
  const jets = [...after.jets].map(([sandbox, jet]) => jetDifference(before.jets.get(sandbox), jet));
  const sum = (of: (jet: CpuUsageInfo['jets'][number]) => number): number =>
    jets.reduce((all, jet) => all + of(jet), 0);
  const passed = (side: 0 | 1, what: 'records' | 'bytes'): number =>
    Math.max(0, total(after.status, side, what) - total(before.status, side, what));
  return {
    duration: (after.at - before.at) / 1000,
    input_bytes: passed(0, 'bytes'),
    input_records: passed(0, 'records'),
    output_bytes: passed(1, 'bytes'),
    output_records: passed(1, 'records'),
    user_time: (after.own.userMs - before.own.userMs) / 1000 + sum(({ user_time }) => user_time),
    kernel_time: (after.own.kernelMs - before.own.kernelMs) / 1000 + sum(({ kernel_time }) => kernel_time),
    jets,
  };
}

/** A jet that was not there before has begun with nothing. */
function jetDifference(
  before: { readonly counts: JetStatus; readonly usage: ProcessUsage | null } | undefined,
  { counts, usage }: { readonly counts: JetStatus; readonly usage: ProcessUsage | null },
): CpuUsageInfo['jets'][number] {
  const was = before?.counts;
  const modelMs = (jet: JetStatus | undefined): number => (jet === undefined ? 0 : jet.busyMs - jet.waitedMs);
  return {
    input_records: counts.records - (was?.records ?? 0),
    output_records: counts.outputRecords - (was?.outputRecords ?? 0),
    user_time: ((usage?.userMs ?? 0) - (before?.usage?.userMs ?? 0)) / 1000,
    kernel_time: ((usage?.kernelMs ?? 0) - (before?.usage?.kernelMs ?? 0)) / 1000,
    model_time: (modelMs(counts) - modelMs(was)) / 1000,
  };
}

/** Of all inputs, or of all outputs. */
function total({ slots }: EngineStatus, side: 0 | 1, what: 'records' | 'bytes'): number {
  return slots.reduce((sum, counted) => (counted.slot % 2 === side ? sum + counted[what] : sum), 0);
}
