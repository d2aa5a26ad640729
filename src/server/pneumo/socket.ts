import type { WebSocket } from 'ws';
import type { PneumoFilter } from '../../api/pneumo.ts';
import { matchesFilter } from '../../api/pneumo.ts';
import type { Pneumo, Published } from './pneumo.ts';

/** What may wait for a reader: beyond it the reader is cut off, so that it does not fill our memory. */
const MOST_BACKLOG_BYTES = 4 * 1024 * 1024;
const LEAST_BACKLOG_BYTES = 256 * 1024;
/** And what may wait for all of them together, if there are many. */
const ALL_BACKLOGS_BYTES = 32 * 1024 * 1024;

/**
 * Tells a websocket what happens from now on, one JSON object per text frame, until it is closed. Nobody is cut off
 * for not answering pings: clients of 1.10 do not while they wait for their user.
 */
export function tellSocket(socket: WebSocket, pneumo: Pneumo, filter: PneumoFilter): void {
  const tell = ({ message, text }: Published): void => {
    if (socket.readyState !== socket.OPEN || !matchesFilter(message, filter)) return;
    if (socket.bufferedAmount > allowance(pneumo.listeners)) cutOff();
    else socket.send(text);
  };
  const unsubscribe = pneumo.onMessage(tell);
  const cutOff = (): void => {
    unsubscribe();
    // The closing frame would wait behind all the rest.
    socket.terminate();
  };
  socket.once('close', unsubscribe);
  for (const outcome of pneumo.outcomes()) tell(outcome);
}

function allowance(readers: number): number {
  return Math.max(LEAST_BACKLOG_BYTES, Math.min(MOST_BACKLOG_BYTES, ALL_BACKLOGS_BYTES / readers));
}
