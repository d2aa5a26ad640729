/** Even slots are inputs, odd ones outputs. */
export const isInput = (slot: number): boolean => slot % 2 === 0;
