import type { Server } from 'node:http';
import { FastScoreError } from '../../core/errors.ts';

const DEFAULT_MS = 15 * 60_000;
const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/**
 * `FASTSCORE_IDLE`: seconds, or a number with a unit (`500ms`, `30s`, `15m`, `2h`), or `never`.
 * @returns milliseconds, Infinity for `never`
 */
export function parseIdle(text: string | undefined): number {
  if (text === undefined || text === '') return DEFAULT_MS;
  if (text === 'never') return Number.POSITIVE_INFINITY;
  const match = /^(\d{1,9}(?:\.\d+)?)(ms|s|m|h)?$/.exec(text);
  const milliseconds = match === null ? 0 : Number(match[1]) * UNIT_MS[match[2] ?? 's']!;
  if (milliseconds > 0) return milliseconds;
  throw new FastScoreError('BAD_INPUT', `FASTSCORE_IDLE is '${text}'`, {
    hint: 'Seconds or a number with a unit, such as 30s, 15m or 2h, or never',
  });
}

export interface IdleOptions {
  readonly idleMs: number;
  /** Whether there is work that needs no requests. */
  isBusy(): boolean;
  onIdle(): void;
}

/** Calls `onIdle` once nobody has asked anything and nothing has run for a while. @returns the end of watching */
export function watchIdle(server: Server, options: IdleOptions): () => void {
  const { idleMs } = options;
  if (idleMs === Number.POSITIVE_INFINITY) return () => {};
  let open = 0;
  let lastWork = performance.now();
  const begin = (): void => {
    open++;
  };
  const end = (): void => {
    open--;
    lastWork = performance.now();
  };
  server.on('request', (_request, response) => {
    begin();
    response.once('close', end);
  });
  server.on('upgrade', (_request, socket) => {
    begin();
    socket.once('close', end);
  });
  const look = (): void => {
    if (open > 0 || options.isBusy()) lastWork = performance.now();
    if (performance.now() - lastWork < idleMs) return;
    clearInterval(timer);
    options.onIdle();
  };
  const timer = setInterval(look, Math.min(1000, Math.max(20, idleMs / 10)));
  return () => clearInterval(timer);
}
