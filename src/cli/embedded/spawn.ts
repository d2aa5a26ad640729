import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { FastScoreError } from '../../core/errors.ts';
import { packageRoot } from '../../util/package-root.ts';
import type { Home } from '../home.ts';
import type { Io } from '../io.ts';
import { boundLog } from './log-file.ts';

/** A process that is to become the user's own engine. */
export interface SpawnedEngine {
  /** Whether it has ended because another engine was there already. */
  hasGivenWay(): boolean;
  /** @throws FastScoreError ENGINE_UNREACHABLE with the reason why it could not start */
  assertAlive(): Promise<void>;
}

/** Starts the user's own engine as a process of its own, which outlives this one. */
export function spawnEngine(home: Home, env: Io['env']): SpawnedEngine {
  const log = openLog(home);
  const logStart = statSync(home.log).size;
  const child = spawn(process.execPath, [join(packageRoot, 'bin', 'fastscore'), 'serve', '--embedded'], {
    cwd: home.directory,
    detached: true,
    stdio: ['ignore', log, log],
    env: { ...env, FASTSCORE_HOME: home.directory },
  });
  closeSync(log);
  child.unref();
  let failure: LastWords | undefined;
  child.once('error', (error) => {
    failure = { message: error.message };
  });
  let givenWay = false;
  child.once('exit', (status, signal) => {
    givenWay = status === 0;
    if (!givenWay) failure = lastWords(home, logStart) ?? { message: `it ended with ${signal ?? `status ${status}`}` };
  });
  return {
    hasGivenWay: () => givenWay,
    async assertAlive() {
      if (failure === undefined) return;
      throw new FastScoreError('ENGINE_UNREACHABLE', `Your engine could not be started: ${failure.message}`, {
        hint: failure.hint ?? `See ${home.log}`,
      });
    },
  };
}

function openLog(home: Home): number {
  const log = openSync(home.log, 'a', 0o600);
  boundLog(home.log);
  return log;
}

/** Why the new engine is gone, and what can be done about it. */
interface LastWords {
  readonly message: string;
  readonly hint?: string;
}

/** What it said last. */
function lastWords(home: Home, start: number): LastWords | undefined {
  const lines = readFileSync(home.log).subarray(start).toString('utf8').trim().split('\n');
  const at = lines.findLastIndex((line) => line.startsWith('Error: '));
  const message = at === -1 ? lines.at(-1) : lines[at]!.slice('Error: '.length);
  if (message === undefined || message === '') return undefined;
  const hint = lines.slice(at).find((line) => HINT.test(line));
  return { message, ...(at === -1 || hint === undefined ? {} : { hint: hint.replace(HINT, '') }) };
}

const HINT = /^(?:Hint|Try): /;
