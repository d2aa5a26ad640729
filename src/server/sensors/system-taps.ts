import type { ProcessUsage } from '../../util/process-usage.ts';
import type { SampleTap } from './tap.ts';
import { testTaps } from './test-taps.ts';

/** Every instance has these. @param usage of its processes */
export function systemTaps(usage: () => ProcessUsage): SampleTap[] {
  const common = { kind: 'samples', measures: 'levels', subject: null, leastMs: 0, isLive: () => true } as const;
  return [
    { ...common, name: 'sys.memory', gives: 'numbers', open: () => () => usage().memoryBytes },
    { ...common, name: 'sys.cpu.utilization', gives: 'named numbers', open: () => cpuSampler(usage) },
    ...testTaps(),
  ];
}

/** Percent of one processor since the last sample. */
function cpuSampler(usage: () => ProcessUsage): () => Record<string, number> {
  let before = usage();
  let at = performance.now();
  return () => {
    const now = usage();
    const elapsedMs = Math.max(performance.now() - at, 1);
    // A process that has gone meanwhile takes its time with it.
    const percent = (ms: number): number => Math.max(0, Math.round((ms / elapsedMs) * 1000) / 10);
    const sample = { kernel: percent(now.kernelMs - before.kernelMs), user: percent(now.userMs - before.userMs) };
    before = now;
    at = performance.now();
    return sample;
  };
}
