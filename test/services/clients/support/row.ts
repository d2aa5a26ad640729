import { stripVTControlCharacters } from 'node:util';
import type { Client, Finished, RunningCommand, Start } from './client.ts';
import { describe } from './client.ts';

/** One line of the table in docs/compatibility.md, and how it is tried. */
export interface Row {
  /** As it stands in the table. */
  readonly call: string;
  /** Throws when the outcome is not that of FastScore 1.10. */
  readonly attempt: (person: Person) => Promise<void>;
}

/** What has been seen of a row. */
export interface Verdict {
  readonly call: string;
  readonly outcome: 'works' | 'differs' | 'missing';
  /** What was seen instead. */
  readonly detail: string;
}

/** Types commands and looks at what comes back. */
export interface Person {
  readonly folder: string;
  readonly url: string;
  start(words: string, start?: Start): RunningCommand;
  /** @returns stdout of a command that must succeed */
  reads(words: string, start?: Start): Promise<string>;
  /** The command must succeed and print exactly this, or what the pattern finds. */
  sees(words: string, expected: string | RegExp, start?: Start): Promise<void>;
  /** The same with nothing on stdout. */
  silent(words: string, start?: Start): Promise<void>;
  /** The command must end with status 1 and an error that begins so. */
  refused(words: string, expected: string | RegExp, start?: Start): Promise<void>;
  /** Repeats a command until it prints what the pattern finds. */
  until(words: string, expected: RegExp): Promise<void>;
}

/** What the server says where it has no such path. */
const NO_ROUTE = /There is no (GET|HEAD|PUT|POST|DELETE) \/|is not possible here, only /;

export async function judge({ call, attempt }: Row, person: Person): Promise<Verdict> {
  try {
    await attempt(person);
    return { call, outcome: 'works', detail: '' };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return { call, outcome: outcomeOf(detail), detail };
  }
}

/** @param error what went wrong; null: nothing */
export function outcomeOf(error: string | null): Verdict['outcome'] {
  if (error === null) return 'works';
  return NO_ROUTE.test(error) ? 'missing' : 'differs';
}

/** @param client words are split at blanks; `%20` stands for a blank inside of a word */
export function personAt(client: Client, url: string): Person {
  const split = (words: string) => words.split(' ').map((word) => word.replaceAll('%20', ' '));
  const start: Person['start'] = (words, options) => client.start(split(words), options);
  const run = (words: string, options?: Start) => client.run(split(words), options);
  const demand = (words: string, finished: Finished, holds: boolean, expected: unknown) => {
    if (!holds) throw new Error(`\`${words}\`: ${describe(finished)}, expected ${String(expected)}`);
  };
  const reads: Person['reads'] = async (words, options) => {
    const finished = await run(words, options);
    demand(words, finished, finished.status === 0 && finished.stderr === '', 'status 0');
    return finished.stdout;
  };
  const matches = (text: string, expected: string | RegExp) =>
    typeof expected === 'string' ? text === expected : expected.test(text);
  const sees: Person['sees'] = async (words, expected, options) => {
    const finished = await run(words, options);
    const holds = finished.status === 0 && finished.stderr === '' && matches(finished.stdout, expected);
    demand(words, finished, holds, typeof expected === 'string' ? JSON.stringify(expected) : expected);
  };
  return {
    folder: client.folder,
    url,
    start,
    reads,
    sees,
    silent: (words, options) => sees(words, '', options),
    async refused(words, expected, options) {
      const finished = await run(words, options);
      const text = stripVTControlCharacters(finished.stdout);
      const holds = typeof expected === 'string' ? text.startsWith(expected) : expected.test(text);
      demand(words, finished, finished.status === 1 && finished.stderr === '' && holds, `status 1 and ${expected}`);
    },
    async until(words, expected) {
      const limit = Date.now() + 30_000;
      for (;;) {
        const finished = await run(words);
        if (finished.status === 0 && expected.test(finished.stdout)) return;
        demand(words, finished, Date.now() < limit, expected);
      }
    },
  };
}

export const green = (text: string): string => `\x1b[92m${text}\x1b[0m`;
export const red = (text: string): string => `\x1b[91m${text}\x1b[0m`;
export const blue = (text: string): string => `\x1b[94m${text}\x1b[0m`;
