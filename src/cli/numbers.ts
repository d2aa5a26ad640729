import { FastScoreError } from '../core/errors.ts';

/** The number of jets. How many are too many is for the engine to say. */
export function parseJets(text: string): number {
  if (/^\d+$/.test(text) && Number.isSafeInteger(Number(text))) return Number(text);
  throw new FastScoreError('BAD_COUNT', `The number of jets must be a non-negative integer`);
}

/** A positive integer as the value of an option. */
export function parseCount(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d+$/.test(text) && Number(text) > 0 && Number.isSafeInteger(Number(text))) return Number(text);
  throw new FastScoreError('BAD_COUNT', `${option} takes a positive integer, not '${text}'`);
}

/** Seconds, as milliseconds. */
export function parseSeconds(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d+(\.\d+)?$/.test(text) && Number(text) > 0) return Number(text) * 1000;
  throw new FastScoreError('BAD_COUNT', `${option} takes a number of seconds, not '${text}'`);
}

/** A slot whose REST stream records are written to or read from. */
export function parseRestSlot(text: string): number {
  if (/^\d{1,5}$/.test(text)) return Number(text);
  throw new FastScoreError('BAD_COUNT', 'The slot number must be an integer');
}

/** A slot by number, or by any beginning of `input` or `output`, which are slots 0 and 1. */
export function parseSlot(text: string): number {
  if (text !== '' && 'input'.startsWith(text)) return 0;
  if (text !== '' && 'output'.startsWith(text)) return 1;
  if (/^\d{1,5}$/.test(text)) return Number(text);
  throw new FastScoreError('BAD_COUNT', `Malformed slot number '${text}'`, {
    hint: 'Input slots are 0, 2, 4, ..., output slots 1, 3, 5, ...',
  });
}
