import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** A port that nobody uses now. */
export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

const START_MS = 120_000;
const STOP_MS = 30_000;

/**
 * Starts a program and waits until it accepts connections.
 * @returns {Promise<{ stop: () => Promise<void>, kill: () => Promise<void> }>}
 */
export async function startProcess(program, args, { port, logFile, ...options }) {
  const log = openSync(logFile, 'a');
  const child = spawn(program, args, { ...options, stdio: ['ignore', log, log] });
  closeSync(log);
  const ended = new Promise((resolve) => child.once('close', resolve));
  child.once('error', () => {});
  const end = async (signal) => {
    child.kill(signal);
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    await ended;
    clearTimeout(timer);
  };
  const deadline = Date.now() + START_MS;
  while (!(await accepts(port))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      await end('SIGKILL');
      throw new Error(`${program} has not started:\n${readFileSync(logFile, 'utf8').slice(-4000)}`);
    }
    await delay(100);
  }
  return { stop: () => end('SIGTERM'), kill: () => end('SIGKILL') };
}

async function accepts(port) {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
