import { FastScoreError } from '../../core/errors.ts';
import { expandLiteral, isLiteral } from '../../streams/literal.ts';
import type { Cli } from '../context.ts';
import type { Host } from '../host.ts';
import { parseSlot } from '../numbers.ts';
import { during } from '../output/errors.ts';
import { isFile, readInput } from '../read-input.ts';
import type { NamedDescriptor } from '../stream-argument.ts';
import { withAbsolutePath } from '../stream-argument.ts';

export interface StreamsWanted {
  /** The slots that the model uses. */
  readonly slots: readonly number[];
  readonly words: { readonly input: string; readonly output: string };
  /** `SLOT:STREAM` */
  readonly further: readonly string[];
  /** File that takes the place of stdout. */
  readonly captureFile: string | null;
}

/**
 * Attaches the streams of a run in the foreground, inputs last, so that no record waits for an output. The two
 * words are for the first input and the first output that the model uses.
 */
export async function attachStreams(cli: Cli, host: Host, wanted: StreamsWanted): Promise<void> {
  const engine = host.engines[0]!;
  const bySlot = assign(wanted);
  const missing = wanted.slots.find((slot) => !bySlot.has(slot));
  if (missing !== undefined) {
    throw new FastScoreError('BAD_INPUT', `The model uses slot ${missing}, which has no stream`, {
      hint: `--stream ${missing}:${missing % 2 === 0 ? 'inline:1,2,3' : 'discard:'}`,
    });
  }
  const slots = [...bySlot.keys()].sort((left, right) => (right % 2) - (left % 2) || left - right);
  for (const slot of slots) {
    const stream = await openStream(cli, host, { slot, text: bySlot.get(slot)!, captureFile: wanted.captureFile });
    await during(`Unable to attach a stream to slot ${slot}`, engine.attach(slot, stream));
  }
}

function assign({ slots, words, further }: StreamsWanted): Map<number, string> {
  const bySlot = new Map<number, string>();
  for (const text of further) {
    const colon = text.indexOf(':');
    if (colon === -1) throw new FastScoreError('BAD_INPUT', `--stream takes SLOT:STREAM, not '${text}'`);
    bySlot.set(parseSlot(text.slice(0, colon)), text.slice(colon + 1));
  }
  const firstFree = (parity: number): number | undefined =>
    slots.find((slot) => slot % 2 === parity && !bySlot.has(slot));
  const [input, output] = [firstFree(0), firstFree(1)];
  bySlot.set(input ?? 0, words.input);
  // A model without outputs has no use for stdout, which is only the default.
  if (output !== undefined || words.output !== '-') bySlot.set(output ?? 1, words.output);
  return bySlot;
}

async function openStream(
  cli: Cli,
  host: Host,
  { slot, text, captureFile }: { slot: number; text: string; captureFile: string | null },
): Promise<NamedDescriptor> {
  if (text === '-') return { name: '-', descriptor: standardStream(slot, captureFile) };
  if (isLiteral(text)) return expandLiteral(withAbsolutePath(text));
  if (await isFile(cli.io, text)) return { name: text, descriptor: await readDescriptor(cli, text) };
  try {
    return { name: text, descriptor: JSON.parse(await host.catalog.streams.get(text)) as unknown };
  } catch (error) {
    if (!(error instanceof FastScoreError && error.code === 'STREAM_NOT_FOUND')) throw error;
    throw new FastScoreError('STREAM_NOT_FOUND', `There is neither a file nor a stored stream '${text}'`, {
      hint: `a literal such as inline:1,2,3 or file:/data/${slot % 2 === 0 ? 'in' : 'out'}.json, or - for ${slot % 2 === 0 ? 'stdin' : 'stdout'}`,
    });
  }
}

/** Lines of JSON. */
function standardStream(slot: number, captureFile: string | null): unknown {
  if (slot % 2 === 0) return { Transport: { Type: 'stdin' }, Encoding: 'json' };
  if (captureFile === null) return { Transport: { Type: 'stdout' }, Encoding: 'json' };
  return { Transport: { Type: 'file', Path: captureFile }, Encoding: 'json' };
}

async function readDescriptor(cli: Cli, file: string): Promise<unknown> {
  const text = (await readInput(cli.io, file)).toString('utf8');
  const descriptor = parseObject(text);
  if (descriptor !== null && 'Transport' in descriptor) return descriptor;
  throw new FastScoreError('BAD_DESCRIPTOR', `${file} is not a stream descriptor: a JSON object with a "Transport"`, {
    hint: `file:${file}, to use it as data`,
  });
}

function parseObject(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' ? value : null;
  } catch {
    return null;
  }
}
