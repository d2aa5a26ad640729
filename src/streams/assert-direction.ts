import { FastScoreError } from '../core/errors.ts';
import type { StreamDescriptor } from './descriptor.ts';
import { directionOf } from './direction.ts';

/**
 * A dry run does not ask: clients verify inputs at output slots.
 * @throws FastScoreError BAD_DESCRIPTOR when a stream cannot be attached to a slot
 */
export function assertDirection({ transport }: StreamDescriptor, slot: number): void {
  const direction = directionOf(slot);
  if ((direction === 'input' ? transport.openInput : transport.openOutput) !== null) return;
  throw new FastScoreError('BAD_DESCRIPTOR', `Transport '${transport.type}' cannot be used for ${direction}`, {
    hint: `Slot ${slot} is an ${direction} slot`,
  });
}
