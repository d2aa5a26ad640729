import type { Catalog } from '../../catalog/catalog.ts';
import { FastScoreError } from '../../core/errors.ts';
import { findStream, isMissingStream } from '../find-stream.ts';
import { streamHint } from '../stream-hint.ts';
import type { NamedDescriptor } from '../typed-stream.ts';

export interface Surroundings {
  /** Directory that relative paths start from. */
  readonly cwd: string;
  readonly catalog: Catalog;
}

export interface StreamWord {
  readonly slot: number;
  readonly text: string;
  /** File that takes the place of stdout. */
  readonly captureFile: string | null;
}

/**
 * What a stream argument of a run in the foreground stands for: `-`, or what `findStream` says. A file comes before a stored
 * stream of the same name.
 */
export async function openStream(surroundings: Surroundings, word: StreamWord): Promise<NamedDescriptor> {
  const { slot, text, captureFile } = word;
  if (text === '-') return { name: '-', descriptor: standardStream(slot, captureFile) };
  const stream = await found(surroundings, word);
  if (!isRest(stream.descriptor)) return stream;
  throw new FastScoreError('BAD_DESCRIPTOR', 'A model file runs in this very process, which nobody can reach by REST', {
    hint: `- for ${slot % 2 === 0 ? 'stdin' : 'stdout'}, or fastscore model add, and run the stored model`,
  });
}

async function found({ cwd, catalog }: Surroundings, { slot, text }: StreamWord): Promise<NamedDescriptor> {
  const findStored = (name: string): Promise<NamedDescriptor | null> => storedStream(catalog, name);
  const stream = await findStream({ cwd, findStored, first: 'file', newFiles: true }, slot, text);
  if (stream === null) throw nothingThere(slot, text);
  return stream;
}

function isRest(descriptor: unknown): boolean {
  const { Transport: transport } = descriptor as { Transport?: unknown };
  const type = typeof transport === 'object' ? (transport as { Type?: unknown } | null)?.Type : transport;
  return String(type).toLowerCase() === 'rest';
}

/** Lines of JSON. */
function standardStream(slot: number, captureFile: string | null): unknown {
  if (slot % 2 === 0) return { Transport: { Type: 'stdin' }, Encoding: 'json' };
  if (captureFile === null) return { Transport: { Type: 'stdout' }, Encoding: 'json' };
  return { Transport: { Type: 'file', Path: captureFile }, Encoding: 'json' };
}

async function storedStream(catalog: Catalog, name: string): Promise<NamedDescriptor | null> {
  try {
    return { name, descriptor: JSON.parse(await catalog.streams.get(name)) as unknown };
  } catch (error) {
    if (isMissingStream(error)) return null;
    throw error;
  }
}

function nothingThere(slot: number, text: string): FastScoreError {
  const [literal, standard] = slot % 2 === 0 ? ['inline:1,2,3', 'stdin'] : ['file:out.jsonl', 'stdout'];
  return new FastScoreError('STREAM_NOT_FOUND', `There is neither a file nor a stored stream '${text}'`, {
    hint: streamHint(text, slot) ?? `a literal such as ${literal}, or - for ${standard}`,
  });
}
