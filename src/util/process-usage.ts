import { readFileSync } from 'node:fs';

export interface ProcessUsage {
  readonly memoryBytes: number;
  /** Processor time since the process began, in and outside of the kernel. */
  readonly userMs: number;
  readonly kernelMs: number;
}

/** Linux has counted in hundredths of a second for programs ever since, whatever the kernel's own clock. */
const TICK_MS = 10;

/** What this process uses. */
export function ownUsage(): ProcessUsage {
  const { user, system } = process.cpuUsage();
  return { memoryBytes: process.memoryUsage.rss(), userMs: user / 1000, kernelMs: system / 1000 };
}

/** What another process uses; null when it is gone, or where there is no /proc. */
export function usageOf(pid: number): ProcessUsage | null {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? '0';
    // The name of the program is in brackets and may hold anything; fields 14 and 15 come after it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return {
      memoryBytes: Number(kilobytes) * 1024,
      userMs: Number(fields[11]) * TICK_MS,
      kernelMs: Number(fields[12]) * TICK_MS,
    };
  } catch {
    return null;
  }
}

/** All together. */
export function sumUsage(usages: readonly (ProcessUsage | null)[]): ProcessUsage {
  let [memoryBytes, userMs, kernelMs] = [0, 0, 0];
  for (const usage of usages) {
    memoryBytes += usage?.memoryBytes ?? 0;
    userMs += usage?.userMs ?? 0;
    kernelMs += usage?.kernelMs ?? 0;
  }
  return { memoryBytes, userMs, kernelMs };
}
