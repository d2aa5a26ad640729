import { FastScoreError } from '../core/errors.ts';
import type { SnapshotHeader } from '../core/snapshot/format.ts';
import { parseDescriptor } from '../streams/descriptor.ts';
import { parseInputPosition, parseOutputPosition } from '../streams/positions.ts';
import type { InputPosition, OutputPosition } from '../streams/types.ts';
import { isInput } from './slot-direction.ts';

/** Where one slot goes on. */
export interface SlotResumption {
  /** null: with whatever comes. */
  readonly input: InputPosition | null;
  /** null: the output begins anew. */
  readonly output: OutputPosition | null;
  /** Records that went through the slot up to there. */
  readonly records: number;
}

/** What a snapshot says about the streams it was taken with: where a run that goes on from it continues them. */
export class Resumption {
  readonly #header: SnapshotHeader;

  constructor(header: SnapshotHeader) {
    this.#header = header;
  }

  get id(): string {
    return this.#header.id;
  }

  /**
   * Where the stream `label` goes on that is to be attached to `slot`.
   * @throws FastScoreError WRONG_STREAM when the input is another one than that of the snapshot, SNAPSHOT_FORMAT for a
   *   position that this release does not know
   */
  at(slot: number, label: string): SlotResumption {
    const { records, id } = this.#header;
    const count = records[isInput(slot) ? 'in' : 'out'][slot] ?? 0;
    const { stream, ...position } = this.#header.positions[slot] ?? {};
    if (Object.keys(position).length === 0) return { input: null, output: null, records: count };
    const isSame = stream === undefined || stream === label;
    if (!isInput(slot)) return { input: null, output: isSame ? parseOutputPosition(position) : null, records: count };
    if (!isSame) {
      throw new FastScoreError(
        'WRONG_STREAM',
        `Snapshot ${id} was taken while slot ${slot} read ${String(stream)}, which is not ${label}`,
        { hint: 'Attach that stream, or restore without resuming: then inputs begin as their descriptors say' },
      );
    }
    return { input: parseInputPosition(position), output: null, records: count };
  }
}

/**
 * Whether a run with these streams most likely means to go on where the snapshot was taken: under way, of these very inputs. After
 * a run that was at its end there is nothing to go on with: its state serves the next one.
 * @param streams descriptors by slot
 */
export function isContinued(header: SnapshotHeader, streams: ReadonlyMap<number, unknown>): boolean {
  if (header.trigger === 'eof') return false;
  const inputs = [...streams].filter(([slot]) => isInput(slot));
  return inputs.every(([slot, descriptor]) => {
    const stream = header.positions[slot]?.stream;
    return stream !== undefined && stream === parseDescriptor(descriptor).transport.label;
  });
}
