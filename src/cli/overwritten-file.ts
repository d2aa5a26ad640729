import { stat } from 'node:fs/promises';
import { FastScoreError } from '../core/errors.ts';
import type { NamedDescriptor } from './typed-stream.ts';

/**
 * An output file is emptied when it is opened, so that it must not be one that the run reads.
 * @param streams by slot
 * @param model path of its file, when it is one
 * @throws FastScoreError BAD_INPUT
 */
export async function assertNothingOverwritten(
  streams: ReadonlyMap<number, NamedDescriptor>,
  model?: string,
): Promise<void> {
  const read = new Map<string, string>();
  if (model !== undefined) await remember(read, model, 'the model');
  for (const [slot, { descriptor }] of streams) {
    const path = filePath(descriptor);
    if (slot % 2 === 0 && path !== null) await remember(read, path, `the input of slot ${slot}`);
  }
  for (const [slot, { descriptor }] of streams) {
    const path = filePath(descriptor);
    const identity = slot % 2 === 1 && path !== null ? await identify(path) : null;
    const what = identity === null ? undefined : read.get(identity);
    if (what === undefined) continue;
    throw new FastScoreError('BAD_INPUT', `The output of slot ${slot} would overwrite ${path}, which is ${what}`);
  }
}

async function remember(read: Map<string, string>, path: string, what: string): Promise<void> {
  const identity = await identify(path);
  if (identity !== null) read.set(identity, what);
}

/** The same for a file and for links to it; null for what is not a file. */
async function identify(path: string): Promise<string | null> {
  const stats = await stat(path).catch(() => null);
  return stats?.isFile() ? `${stats.dev}:${stats.ino}` : null;
}

function filePath(descriptor: unknown): string | null {
  const transport = (descriptor as { Transport?: unknown } | null)?.Transport;
  if (typeof transport !== 'object' || transport === null) return null;
  const { Type, Path } = transport as { Type?: unknown; Path?: unknown };
  return String(Type).toLowerCase() === 'file' && typeof Path === 'string' ? Path : null;
}
