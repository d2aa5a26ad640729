import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import type { ClientOptions, WebSocket } from 'ws';
import { ERROR_MEDIA_TYPE } from '../api/shapes.ts';
import { release } from '../util/release.ts';
import type { Call } from './call.ts';
import { parseUrl, trustedBy } from './connection.ts';
import { connectionError, replyError } from './failure.ts';
import type { Target } from './target.ts';

/** A websocket on its way. */
export interface OpeningWebSocket {
  /** Not open yet: whoever listens now misses nothing. */
  readonly socket: WebSocket;
  /** Rejects with a FastScoreError, as a request that fails does. */
  readonly opened: Promise<void>;
}

/**
 * Opens a websocket, over TCP or over a Unix socket.
 * @param path from the root of the target, query included
 */
export async function openWebSocket(target: Target, path: string, timeoutMs: number): Promise<OpeningWebSocket> {
  const ws = await import('ws');
  const socket = new ws.WebSocket(urlOf(target, path), await optionsOf(target, timeoutMs));
  const call: Call = { method: 'GET', path };
  const opened = new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.on('error', (cause) => reject(connectionError(cause, target, call)));
    socket.once('unexpected-response', (request, response) => {
      const { statusCode: status = 0, headers } = response;
      textOf(response)
        .then((text) => reject(replyError({ status, text, headers, target, call })), reject)
        .finally(() => request.destroy());
    });
  });
  return { socket, opened };
}

function urlOf(target: Target, path: string): string {
  if (target.kind === 'socket') return `ws://localhost${path}`;
  const base = parseUrl(target.url);
  const scheme = base.protocol === 'https:' ? 'wss' : 'ws';
  return `${scheme}://${base.host}${base.pathname.replace(/\/+$/, '')}${path}`;
}

async function optionsOf(target: Target, handshakeTimeout: number): Promise<ClientOptions> {
  const headers = { accept: `*/*, ${ERROR_MEDIA_TYPE}`, 'user-agent': `fastscore/${release}` };
  const common = { handshakeTimeout, perMessageDeflate: false } as const;
  if (target.kind === 'socket') {
    return { ...common, headers: { ...headers, ...target.headers }, createConnection: () => connect(target.path) };
  }
  return { ...common, ...(await trustedBy(target.ca)), headers: { ...headers, ...target.headers } };
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
