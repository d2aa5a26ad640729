import { queryOf } from './service.ts';

/** How long an engine waits for its jets unless it is told otherwise. */
export const ENGINE_WAIT_MS = 60_000;

/** A path that says how long the engine may wait for its jets. @param path which may have a query already @param waitMs undefined: as it is set to */
export function withWait(path: string, waitMs: number | undefined): string {
  const query = queryOf({ wait: waitMs === undefined ? undefined : waitMs / 1000 });
  return path.includes('?') ? path + query.replace('?', '&') : path + query;
}
