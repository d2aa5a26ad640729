export type Direction = 'input' | 'output';

/** Even slots are inputs, odd ones outputs. */
export function directionOf(slot: number): Direction {
  return slot % 2 === 0 ? 'input' : 'output';
}
