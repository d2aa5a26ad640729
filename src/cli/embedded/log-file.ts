import { copyFileSync, statSync, truncateSync } from 'node:fs';

const MOST_BYTES = 1 << 20;

/**
 * Puts the log of the user's own engine aside as `engine.log.1` when it has become long, over what was put aside before. It is
 * emptied, not replaced: its processes have it open as their standard streams.
 */
export function boundLog(path: string): void {
  if (statSync(path).size <= MOST_BYTES) return;
  copyFileSync(path, `${path}.1`);
  truncateSync(path);
}
