import { resolve } from 'node:path';
import { FastScoreError } from '../core/errors.ts';
import type { ListenAddress } from '../server/listen.ts';

const DEFAULT = { kind: 'tcp', host: '127.0.0.1', port: 8000 } as const;

/** Where to listen: `--listen HOST:PORT`, `--listen PORT`, or `--socket PATH`. */
export function parseListenAddress(
  cwd: string,
  options: { listen: string | undefined; socket: string | undefined },
): ListenAddress {
  const { listen, socket } = options;
  if (listen !== undefined && socket !== undefined) {
    throw new FastScoreError('BAD_INPUT', '--listen and --socket exclude each other');
  }
  if (socket !== undefined) return { kind: 'socket', path: resolve(cwd, socket) };
  if (listen === undefined) return DEFAULT;
  const match = /^(?:(.+):)?(\d{1,5})$/.exec(listen);
  const port = Number(match?.[2] ?? -1);
  if (match === null || port > 65_535) {
    throw new FastScoreError('BAD_INPUT', `--listen takes HOST:PORT, not '${listen}'`, {
      hint: '--listen 127.0.0.1:8000',
    });
  }
  return { kind: 'tcp', host: match[1]?.replace(/^\[|\]$/g, '') ?? DEFAULT.host, port };
}
