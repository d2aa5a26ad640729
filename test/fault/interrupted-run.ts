import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import type { Sandbox } from '../e2e/support/sandbox.ts';
import { processesIn } from '../e2e/support/sandbox.ts';
import { waitFor } from '../e2e/support/wait-for.ts';

/** Models whose every output depends on all records before it. `begin` overwrites what is there. */
export const SUMS = {
  'sum.py': `# fastscore.snapshots: every 2000, keep 3
import fastscore
def begin():
    fastscore.cells('sum').set(0)
def action(x):
    by = fastscore.pools('by')
    by.update(x % 100, lambda n: (n or 0) + 1)
    yield [fastscore.cells('sum').update(lambda n: n + x), by.get(x % 100)]
`,
  'sum.R': `# fastscore.snapshots: every 2000, keep 3
library(fastscore)
begin <- function() Set(Cell('sum'), 0)
action <- function(x) {
  by <- Pool('by')
  count <- Update(by, x %% 100, function(n) if (is.null(n)) 1 else n + 1)
  emit(c(Update(Cell('sum'), function(n) n + x), count))
}
`,
} as const;

export const numbers = (count: number): string => Array.from({ length: count }, (_, index) => `${index}\n`).join('');

export interface InterruptedRun {
  readonly model: string;
  /** @default in.jsonl */
  readonly input?: string;
  /** Lines on stderr that a run may write. */
  readonly warnings?: RegExp;
}

/**
 * Runs a model to out.jsonl, ends the run with SIGKILL when the output has grown to `bytes`, and checks that nothing of it
 * lives on. After the first time it goes on from the newest snapshot.
 * @returns whether it was over before
 */
export async function runUntil(
  sandbox: Sandbox,
  { model, input = 'in.jsonl', warnings = /^$/ }: InterruptedRun,
  bytes: number,
): Promise<boolean> {
  const args = ['run', model, input, 'out.jsonl', ...(await fromNewest(sandbox, model))];
  const output = join(sandbox.directory, 'out.jsonl');
  let isOver = false;
  const run = sandbox.fastscore(args, {
    onStart: (child) => {
      child.once('exit', () => {
        isOver = true;
      });
      void (async () => {
        while (!isOver && (await sizeOf(output)) < bytes) await delay(5);
        child.kill('SIGKILL');
      })();
    },
  });
  const { status, stderr } = await run;
  const unexpected = stderr.split('\n').filter((line) => !/^(Going on from .*)?$/.test(line) && !warnings.test(line));
  if (status !== null) expect({ status, unexpected }).toEqual({ status: 0, unexpected: [] });
  await waitFor('the jets are gone', async () => (await processesIn(join(sandbox.home, 'jets'))).length === 0);
  return status === 0;
}

/** Kills and resumes a run at random moments until it is over. @param size of its whole output */
export async function interruptAtRandom(
  sandbox: Sandbox,
  run: InterruptedRun,
  { size, times }: { size: number; times: number },
): Promise<void> {
  const moments = Array.from({ length: times }, () => Math.floor(Math.random() * size)).sort((a, b) => a - b);
  process.stderr.write(`${run.model} is killed at bytes ${moments.join(', ')}\n`);
  for (const moment of moments) if (await runUntil(sandbox, run, moment)) return;
  while (!(await runUntil(sandbox, run, Number.POSITIVE_INFINITY)));
}

/** An interrupted run before its first snapshot begins again. */
async function fromNewest({ fastscore }: Sandbox, model: string): Promise<string[]> {
  const { status } = await fastscore(['snapshot', 'show', model.replace(/\..*$/, ''), 'latest']);
  return status === 0 ? ['--from-snapshot', 'latest'] : [];
}

const sizeOf = async (path: string): Promise<number> => (await stat(path).catch(() => null))?.size ?? 0;

export async function digest(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
