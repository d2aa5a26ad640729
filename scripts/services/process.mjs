import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { isListening } from './listening.mjs';

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
  if (!(await isListening(port, { ended, limitMs: START_MS }))) {
    await end('SIGKILL');
    throw new Error(`${program} has not started:\n${readFileSync(logFile, 'utf8').slice(-4000)}`);
  }
  return { stop: () => end('SIGTERM'), kill: () => end('SIGKILL') };
}
