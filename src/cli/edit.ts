import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FastScoreError } from '../core/errors.ts';
import type { Io } from './io.ts';

/**
 * Lets the person change `text` in `$EDITOR`, in a file that nobody else can read.
 * @returns the new text; null when nothing was changed or the editor gave up
 */
export async function editText(io: Io, fileName: string, text: Buffer): Promise<Buffer | null> {
  const directory = await mkdtemp(join(tmpdir(), 'fastscore-edit-'));
  try {
    const file = join(directory, fileName);
    await writeFile(file, text, { mode: 0o600 });
    const status = await runEditor(io.env.EDITOR || 'vi', file);
    const edited = await readFile(file);
    return status !== 0 || edited.equals(text) ? null : edited;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** `$EDITOR` may hold options, so a shell reads it, as git and crontab do. */
function runEditor(editor: string, file: string): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const child = spawn('/bin/sh', ['-c', `${editor} "$1"`, 'edit', file], { stdio: 'inherit' });
    child.once('error', (cause) => reject(new FastScoreError('FILE_UNREADABLE', `Cannot start ${editor}`, { cause })));
    child.once('exit', (status) => resolve(status));
  });
}
