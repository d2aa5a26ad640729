/** A value that R cannot hold, or that has to be written in another way. */
export class UnfitValueError extends Error {}

const BYTES = /^[\0-\xff]*$/;

/** Whether it is a text that R cannot hold, and that has one character per byte as JSON has bytes. */
export const isBytes = (text: unknown): text is string =>
  typeof text === 'string' && text.includes('\0') && BYTES.test(text);

const HALF_PAIR = /\p{Surrogate}/u;

/** @throws UnfitValueError when R cannot hold `text` */
export function assertText(text: unknown): void {
  if ((text as string).includes('\0')) throw new UnfitValueError('R cannot hold a text with the character \\u0000');
  if (HALF_PAIR.test(text as string)) throw new UnfitValueError('a text has half of a surrogate pair');
}
