import { FastScoreError } from '../../core/errors.ts';

/** What one check has found. */
export interface Finding {
  readonly what: string;
  readonly state: 'ok' | 'note' | 'wrong';
  readonly text: string;
  /** The command, or the sentence, that mends it. */
  readonly fix?: string;
}

/** A finding from a check that throws what is wrong. */
export async function findingOf(what: string, check: () => Promise<string>): Promise<Finding> {
  try {
    return { what, state: 'ok', text: await check() };
  } catch (error) {
    const { message } = error as Error;
    const hint = error instanceof FastScoreError ? error.hint : undefined;
    return { what, state: 'wrong', text: message, ...(hint === undefined ? {} : { fix: hint }) };
  }
}
