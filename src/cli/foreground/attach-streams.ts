import { resolve } from 'node:path';
import { FastScoreError } from '../../core/errors.ts';
import type { Engine } from '../../engine/types.ts';
import type { Cli } from '../command.ts';
import type { Host } from '../host.ts';
import { parseSlot } from '../numbers.ts';
import { during } from '../output/errors.ts';
import { assertNothingOverwritten } from '../overwritten-file.ts';
import type { NamedDescriptor } from '../typed-stream.ts';
import { openStream } from './open-stream.ts';

export interface StreamsWanted {
  /** The slots that the model uses. */
  readonly slots: readonly number[];
  readonly words: { readonly file: string; readonly input: string; readonly output: string };
  /** `SLOT:STREAM` */
  readonly further: readonly string[];
  /** File that takes the place of stdout. */
  readonly captureFile: string | null;
}

/** Streams by slot, in the order in which they are to be attached. */
export type RunStreams = ReadonlyMap<number, NamedDescriptor>;

/**
 * The streams of a run in the foreground, inputs last, so that no record waits for an output. The two words are for
 * the first input and the first output that the model uses.
 */
export async function findStreams(cli: Cli, host: Host, wanted: StreamsWanted): Promise<RunStreams> {
  const bySlot = assign(wanted);
  const missing = wanted.slots.find((slot) => !bySlot.has(slot));
  if (missing !== undefined) {
    throw new FastScoreError('BAD_INPUT', `The model uses slot ${missing}, which has no stream`, {
      hint: `--stream ${missing}:${missing % 2 === 0 ? 'inline:1,2,3' : 'discard:'}`,
    });
  }
  const streams = new Map<number, NamedDescriptor>();
  const slots = [...bySlot.keys()].sort((left, right) => (right % 2) - (left % 2) || left - right);
  for (const slot of slots) {
    const { captureFile } = wanted;
    streams.set(
      slot,
      await openStream({ cwd: cli.io.cwd, catalog: host.catalog }, { slot, text: bySlot.get(slot)!, captureFile }),
    );
  }
  await assertNothingOverwritten(streams, resolve(cli.io.cwd, wanted.words.file));
  return streams;
}

/** In the order of `findStreams`: the run begins with the last one. */
export async function attachStreams(engine: Engine, streams: RunStreams): Promise<void> {
  for (const [slot, stream] of streams) {
    await during(`Unable to attach a stream to slot ${slot}`, engine.attach(slot, stream));
  }
}

function assign({ slots, words, further }: StreamsWanted): Map<number, string> {
  const bySlot = new Map<number, string>();
  for (const text of further) {
    const colon = text.indexOf(':');
    if (colon === -1) {
      throw new FastScoreError('BAD_INPUT', `--stream takes SLOT:STREAM, not '${text}'`, {
        hint: '--stream 2:more.jsonl, or --stream 3:discard:',
      });
    }
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
