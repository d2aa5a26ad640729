import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FastScoreError } from '../core/errors.ts';
import type { Cli } from './command.ts';
import { EndedBySignal, statusOfSignal } from './ended-by-signal.ts';
import { ignoringInterrupts } from './ignore-interrupts.ts';

/**
 * Lets the person change `text` in `$EDITOR`, in a file that nobody else can read. Ctrl-C is the editor's meanwhile.
 * @returns the new text; null when nothing was changed or the editor gave up
 * @throws EndedBySignal when Ctrl-C has ended the editor
 */
export async function editText(cli: Cli, fileName: string, text: Buffer): Promise<Buffer | null> {
  const directory = await mkdtemp(join(tmpdir(), 'fastscore-edit-'));
  cli.defer(() => rm(directory, { recursive: true, force: true }));
  const file = join(directory, fileName);
  await writeFile(file, text, { mode: 0o600 });
  const status = await ignoringInterrupts(() => runEditor(cli, cli.io.env.EDITOR || 'vi', file));
  if (status === statusOfSignal('SIGINT')) throw new EndedBySignal('SIGINT');
  const edited = await readFile(file);
  return status !== 0 || edited.equals(text) ? null : edited;
}

/** `$EDITOR` may hold options, so a shell reads it, as git and crontab do. @returns the status as a shell tells it */
function runEditor(cli: Cli, editor: string, file: string): Promise<number> {
  // In the place of the shell, which would be ended by the Ctrl-C of an editor that goes on.
  const command = MORE_THAN_A_COMMAND.test(editor) ? editor : `exec ${editor}`;
  const child = spawn('/bin/sh', ['-c', `${command} "$1"`, 'edit', file], { stdio: 'inherit' });
  cli.defer(() => endEditor(child));
  return new Promise((resolve, reject) => {
    child.once('error', (cause) => reject(new FastScoreError('FILE_UNREADABLE', `Cannot start ${editor}`, { cause })));
    child.once('exit', (status, signal) => resolve(status ?? (signal === 'SIGINT' ? statusOfSignal(signal) : 1)));
  });
}

/** Assignments, lists and the like, which `exec` does not take. */
const MORE_THAN_A_COMMAND = /[=;&|<>(){}`\n]/;

const LONGEST_END_MS = 2000;

/** Who has to leave lets the editor put the terminal in order first. */
async function endEditor(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = once(child, 'exit', { signal: AbortSignal.timeout(LONGEST_END_MS) });
  child.kill();
  await ended.catch(() => child.kill('SIGKILL'));
}
