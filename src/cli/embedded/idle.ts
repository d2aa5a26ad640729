import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { FastScoreError } from '../../core/errors.ts';
import type { EngineState } from '../../engine/types.ts';
import { parsePeriod } from '../period.ts';

const DEFAULT_MS = 15 * 60_000;

/**
 * `FASTSCORE_IDLE`: seconds, or a number with a unit (`500ms`, `30s`, `15m`, `2h`), or `never`.
 * @returns milliseconds, Infinity for `never`
 */
export function parseIdle(text: string | undefined): number {
  if (text === undefined || text === '') return DEFAULT_MS;
  const milliseconds = parsePeriod(text);
  if (milliseconds !== null) return milliseconds;
  throw new FastScoreError('BAD_INPUT', `FASTSCORE_IDLE is '${text}'`, {
    hint: 'Seconds or a number with a unit, such as 30s, 15m or 2h, or never',
  });
}

/** Whether an engine in this state has a run, which somebody may be coming back for. */
export const isWork = (state: EngineState): boolean => WORK.has(state);

const WORK: ReadonlySet<EngineState> = new Set(['running', 'pigging', 'paused', 'finishing']);

export interface IdleOptions {
  readonly idleMs: number;
  /** Whether there is work although nobody is connected. */
  isBusy(): boolean;
  /** Must see to it at once that nobody connects any more: who does is to find that no engine is there. */
  onIdle(): void;
}

/**
 * Calls `onIdle` once nobody has been connected and nothing has run for a while. Whoever keeps a connection open, as every
 * command does to its end, can rely on the engine to stay. @returns the end of watching
 */
export function watchIdle(server: Server, options: IdleOptions): () => void {
  const { idleMs } = options;
  if (idleMs === Number.POSITIVE_INFINITY) return () => {};
  let lastWork = performance.now();
  const noteWork = (): void => {
    lastWork = performance.now();
  };
  const noteConnection = (connection: Socket): void => {
    noteWork();
    connection.once('close', noteWork);
  };
  server.on('connection', noteConnection);
  // Those that came before are counted, too.
  const look = (): void => void server.getConnections((_error, open) => decide(open));
  const decide = (open: number): void => {
    if (open > 0 || options.isBusy()) noteWork();
    if (hasStopped || performance.now() - lastWork < idleMs) return;
    stop();
    options.onIdle();
  };
  const timer = setInterval(look, Math.min(1000, Math.max(20, idleMs / 10)));
  let hasStopped = false;
  const stop = (): void => {
    hasStopped = true;
    clearInterval(timer);
    server.off('connection', noteConnection);
  };
  return stop;
}
