import { FastScoreError } from '../core/errors.ts';
import type { StreamDescriptor } from './descriptor.ts';

export type Direction = 'input' | 'output';

/** Even slots are inputs, odd ones outputs. */
export function directionOf(slot: number): Direction {
  return slot % 2 === 0 ? 'input' : 'output';
}

/** Whether a stream can be attached to a slot. A dry run does not ask: clients verify inputs at output slots. */
export function directionAllowed({ transport }: StreamDescriptor, slot: number): boolean {
  return (directionOf(slot) === 'input' ? transport.openInput : transport.openOutput) !== null;
}

/** @throws FastScoreError BAD_DESCRIPTOR when a stream cannot be attached to a slot */
export function assertDirection(descriptor: StreamDescriptor, slot: number): void {
  if (directionAllowed(descriptor, slot)) return;
  const { type } = descriptor.transport;
  const direction = directionOf(slot);
  throw new FastScoreError('BAD_DESCRIPTOR', `Transport '${type}' cannot be used for ${direction}`, {
    hint: `Slot ${slot} is an ${direction} slot`,
  });
}
