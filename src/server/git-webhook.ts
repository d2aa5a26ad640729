import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { FastScoreError } from '../core/errors.ts';
import { jsonOf } from './body.ts';
import type { CompatContext } from './compat-context.ts';
import type { Service } from './service.ts';

const run = promisify(execFile);

const PULL_MS = 60_000;

/**
 * POST /1/git: the webhook of a place where a Git repository is pushed to. A catalog that is a clone of one takes over what
 * has been pushed there, as long as it can do so without merging; what the body says does not matter.
 */
export const gitWebhook: Service<CompatContext> = {
  api: 'model-manage',
  routes(app, { catalog }) {
    let last: Promise<unknown> = Promise.resolve();
    app.post('/1/git', async (request) => {
      jsonOf(request, 'The event');
      if (request.headers['x-github-event'] === 'ping' || !(await isClone(catalog.directory))) return { pulled: false };
      // Two at once would be in each other's way.
      const mine = last.then(() => pull(catalog.directory));
      last = mine.catch(() => {});
      await mine;
      return { pulled: true };
    });
  },
};

/** A folder somewhere inside a repository is not meant: only the catalog itself. */
async function isClone(directory: string): Promise<boolean> {
  return await stat(join(directory, '.git')).then(
    () => true,
    () => false,
  );
}

async function pull(directory: string): Promise<void> {
  // Nobody is there to be asked for a password.
  const env = { ...process.env, GIT_TERMINAL_PROMPT: '0', GIT_SSH_COMMAND: 'ssh -oBatchMode=yes' };
  try {
    await run('git', ['-C', directory, 'pull', '--ff-only', '--quiet'], { env, timeout: PULL_MS });
  } catch (cause) {
    const { stderr = '', message } = cause as Error & { stderr?: string };
    const [sentence = ''] = (stderr.trim() || message).split('\n');
    throw new FastScoreError('WRONG_STATE', `The catalog cannot be brought up to date: ${sentence}`, {
      hint: 'Look at it with `git status` and `git pull` in the folder of the catalog',
      cause,
    });
  }
}
