import type { FastScoreClient } from '../client/client.ts';
import type { Home } from './home.ts';
import type { Io } from './io.ts';
import type { Output } from './output/output.ts';

/** What every command gets. Nothing here connects, reads or starts anything before it is asked to. */
export interface Cli {
  readonly io: Io;
  readonly out: Output;
  /** Aborted by Ctrl-C and by the end of stdout; the reason is a FastScoreError. */
  readonly signal: AbortSignal;
  readonly home: Home;
  /** The table of commands, for the help. */
  readonly commands: readonly CommandEntry[];
  /** Old habits where they were changed on purpose. */
  readonly compat: boolean;
  /**
   * The fleet that commands go to; starts the user's own engine when that is where they go.
   * @param engine the engine to speak to, in place of `engineName()`
   */
  client(engine?: string): Promise<FastScoreClient>;
  /** The engine that commands are about: `--engine`, else what `use` chose, else engine-1. */
  engineName(): Promise<string>;
  /**
   * The instance that sensors are about: `--engine`, else what `use` chose.
   * @param what.forStats for `stats`, whose refusal 1.10 spelled in another way
   * @throws FastScoreError WRONG_STATE when neither says one
   */
  targetName(what?: { readonly forStats: boolean }): Promise<string>;
  /** From now on Ctrl-C is the proper end of the command, with exit status 0. */
  endOnInterrupt(): void;
  /** Registers what has to be undone when the command ends, in whatever way; last in, first out. */
  defer(undo: () => Promise<void> | void): void;
}

/** `<name>` is required, `[name]` may be left out, `[name...]` takes all that is left. */
export type ArgumentSpec = readonly [pattern: string, text: string];

/** `repeat`: the option may be given several times. `hidden`: for old scripts, not in the help. */
export type OptionSpec = readonly [flags: string, text: string, mode?: 'repeat' | 'hidden'];

export interface Example {
  readonly line: string;
  readonly text: string;
}

type ArgumentValue<Pattern extends string> = Pattern extends `${string}...${string}`
  ? readonly string[]
  : Pattern extends `<${string}`
    ? string
    : string | undefined;

type OptionValue<Spec extends OptionSpec> = Spec[2] extends 'repeat'
  ? readonly string[]
  : Spec[0] extends `${string}<${string}`
    ? string | undefined
    : boolean;

type ArgumentValues<Specs extends readonly ArgumentSpec[]> = {
  readonly [Index in keyof Specs]: ArgumentValue<Specs[Index][0]>;
};

type OptionValues<Specs extends Readonly<Record<string, OptionSpec>>> = {
  readonly [Name in keyof Specs]: OptionValue<Specs[Name]>;
};

/** A command as the program runs it: values are checked against the specs before `run` is called. */
export interface CommandDefinition {
  readonly args: readonly ArgumentSpec[];
  readonly options: Readonly<Record<string, OptionSpec>>;
  /** Paragraphs under the summary in `--help`. */
  readonly about: string | undefined;
  readonly examples: readonly Example[];
  /** The command ends itself, with a status of its own, when the signal of its context is aborted. */
  readonly endsItself: boolean;
  /** @returns the exit status; nothing means 0 */
  run(cli: Cli, args: readonly unknown[], options: Readonly<Record<string, unknown>>): Promise<number | undefined>;
}

/** One command of the table: its words, and the file that is loaded when it is called. */
export interface CommandEntry {
  /** One word, or a group and a word: `model add`. */
  readonly words: string;
  readonly summary: string;
  load(): Promise<{ readonly command: CommandDefinition }>;
}

/** Ties the types of `run` to the patterns of arguments and options, which are written once. */
export function defineCommand<
  const Args extends readonly ArgumentSpec[] = readonly [],
  const Options extends Readonly<Record<string, OptionSpec>> = Readonly<Record<string, never>>,
>(definition: {
  args?: Args;
  options?: Options;
  about?: string;
  examples: readonly Example[];
  endsItself?: true;
  run(cli: Cli, args: ArgumentValues<Args>, options: OptionValues<Options>): Promise<number | undefined>;
}): CommandDefinition {
  return {
    args: definition.args ?? [],
    options: definition.options ?? {},
    about: definition.about,
    examples: definition.examples,
    endsItself: definition.endsItself ?? false,
    run: (cli, args, options) =>
      definition.run(cli, args as ArgumentValues<Args>, options as unknown as OptionValues<Options>),
  };
}
