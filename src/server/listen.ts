import type { Stats } from 'node:fs';
import { chmod, lstat, mkdir, stat, unlink } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { dirname, resolve } from 'node:path';
import { FastScoreError } from '../core/errors.ts';
import { isLoopback } from '../util/loopback.ts';
import type { Server } from './create-server.ts';

export type ListenAddress =
  | { readonly kind: 'socket'; readonly path: string }
  /** Port 0 is any free one. */
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number };

export interface Listening {
  /** The socket's path, or the URL. */
  readonly address: string;
  /** 0 for a socket. */
  readonly port: number;
  /** From this very moment nobody can connect any more, and the socket's file is gone; connections that are open stay. */
  refuse(): void;
  /** Requests under way may finish, but not for long. May be called twice. */
  close(): Promise<void>;
}

/** What the kernel keeps of a path; Node cuts longer ones and listens somewhere else. */
const SOCKET_PATH_LIMIT_BYTES = process.platform === 'darwin' ? 103 : 107;
const GRACE_MS = 3_000;

/**
 * Starts listening on a Unix socket that only this user can reach, or on TCP.
 * @throws FastScoreError FORBIDDEN for TCP beyond loopback without a token
 */
export async function listen(server: Server, address: ListenAddress): Promise<Listening> {
  if (address.kind === 'socket') await listenOnSocket(server, resolve(address.path));
  else await listenOnTcp(server, address);
  const bound = server.app.server.address() as AddressInfo | string;
  let closed: Promise<void> | undefined;
  return {
    address: typeof bound === 'string' ? bound : urlOf(server, address, bound),
    port: typeof bound === 'string' ? 0 : bound.port,
    refuse() {
      server.app.server.close();
    },
    close() {
      closed ??= closeSoon(server);
      return closed;
    },
  };
}

async function listenOnTcp(
  server: Server,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<void> {
  if (!server.hasToken && !isLoopback(host)) {
    throw new FastScoreError('FORBIDDEN', `Without a token the server listens on this machine only, not on ${host}`, {
      hint: 'Give it a token (--token-file FILE), or let it listen on 127.0.0.1',
    });
  }
  try {
    // For localhost fastify would start a second server, which no limit of the first one holds for.
    await server.app.listen({ host: host.toLowerCase() === 'localhost' ? '127.0.0.1' : host, port });
  } catch (cause) {
    throw cannotListen(`${host}:${port}`, cause);
  }
}

async function listenOnSocket(server: Server, path: string): Promise<void> {
  const size = Buffer.byteLength(path);
  if (size > SOCKET_PATH_LIMIT_BYTES) {
    throw new FastScoreError(
      'BAD_INPUT',
      `The path of a socket may have ${SOCKET_PATH_LIMIT_BYTES} bytes, this one has ${size}: ${path}`,
      { hint: 'Choose a shorter folder' },
    );
  }
  await makePrivateFolder(dirname(path));
  await removeStaleSocket(path);
  try {
    await server.app.listen({ path });
  } catch (cause) {
    throw cannotListen(path, cause);
  }
  await chmod(path, 0o600);
}

/** The folder keeps others out: between bind and chmod the socket itself does not, and some systems never ask for its mode. */
async function makePrivateFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const { mode, uid } = await stat(folder);
  if ((mode & 0o077) === 0 && (process.getuid === undefined || uid === process.getuid())) return;
  throw new FastScoreError('FORBIDDEN', `Folder ${folder} is open to other users: no place for the engine's socket`, {
    hint: `Choose another folder, or close this one (chmod 700 ${folder})`,
  });
}

/** A socket stays behind when its process is killed. It is removed only when nobody answers on it. */
async function removeStaleSocket(path: string): Promise<void> {
  const before = await socketAt(path);
  if (before === null) return;
  if (!before.isSocket()) {
    throw new FastScoreError('BAD_INPUT', `${path} is there and is not a socket`, { hint: 'Choose another path' });
  }
  if (await answers(path)) {
    throw new FastScoreError('ADDRESS_IN_USE', `Another engine listens on ${path}`);
  }
  // Another process may have put a new socket there meanwhile.
  const after = await socketAt(path);
  if (after !== null && after.ino === before.ino && after.ctimeMs === before.ctimeMs) await unlink(path);
}

async function socketAt(path: string): Promise<Stats | null> {
  try {
    return await lstat(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolveAnswer) => {
    const probe = connect(path);
    probe.once('connect', () => resolveAnswer(true));
    // A full queue of connections (EAGAIN) is a sign of life too.
    probe.once('error', (error: NodeJS.ErrnoException) =>
      resolveAnswer(error.code !== 'ECONNREFUSED' && error.code !== 'ENOENT'),
    );
    probe.once('connect', () => probe.destroy());
  });
}

function cannotListen(where: string, cause: unknown): FastScoreError {
  const { code } = cause as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') {
    return new FastScoreError('ADDRESS_IN_USE', `${where} is in use by another process`, {
      hint: 'Choose another; port 0 is any that is free',
      cause,
    });
  }
  return new FastScoreError('FORBIDDEN', `Cannot listen on ${where}: ${(cause as Error).message}`, { cause });
}

function urlOf({ hasTls }: Server, address: ListenAddress, bound: AddressInfo): string {
  const host = address.kind === 'tcp' ? address.host : bound.address;
  return `${hasTls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${bound.port}`;
}

async function closeSoon({ app }: Server): Promise<void> {
  const timer = setTimeout(() => app.server.closeAllConnections(), GRACE_MS);
  try {
    await app.close();
  } finally {
    clearTimeout(timer);
  }
}
