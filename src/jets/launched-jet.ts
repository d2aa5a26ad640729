import { randomInt } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { JetProcess } from './channel.ts';
import type { JetResult } from './jet.ts';
import { Jet } from './jet.ts';
import type { BatchFrame, JetCodec, JetLanguage } from './protocol.ts';
import type { StateDesk } from './state-desk.ts';

export interface LaunchOptions {
  readonly language: JetLanguage;
  /** Where the jets' own directories are made. */
  readonly directory: string;
  /** Puts the source, and whatever else the model needs, into a jet's directory. */
  prepare(directory: string): Promise<void>;
  launch(directory: string): Promise<{ readonly process: JetProcess; readonly codec: JetCodec }>;
  readonly desk: StateDesk;
  /** How long the next bytes of a frame may be waited for that a jet has begun to send. */
  readonly frameMs: number;
  readonly onConsole: (stream: 'stdout' | 'stderr', text: string) => void;
  readonly onFlow: (jet: Jet, side: 'input' | 'output', records: number, bytes: number) => void;
  /** What came of the work on a batch, or of none, before the model failed. */
  readonly onFailing: (result: JetResult, batch: BatchFrame | null) => void;
}

export interface LaunchedJet {
  /** The directory in which it runs. */
  readonly directory: string;
  /**
   * The jet, which shares state from now on until its process ends; then its directory is removed, too.
   * @param use.joining whether it starts beside others: then its `begin` may not overwrite the state
   */
  open(use: {
    readonly number: number;
    readonly joining: boolean;
    readonly onGone: (jet: Jet, expected: boolean) => void;
  }): Jet;
}

/** Starts the process of a jet, in a directory of its own. */
export async function launchJet(options: LaunchOptions): Promise<LaunchedJet> {
  const { desk, frameMs, language, prepare, launch, onFailing, onConsole, onFlow } = options;
  const sandbox = String(randomInt(10_000_000, 100_000_000));
  const directory = join(options.directory, sandbox);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await prepare(directory);
  const { process, codec } = await launch(directory);
  return {
    directory,
    open({ number, joining, onGone }) {
      desk.open(sandbox, { language, joining, recall: (lent) => jet.recall(lent) });
      const jet: Jet = new Jet({
        number,
        sandbox,
        process,
        codec,
        frameMs,
        onState: (request, reply) => desk.handle(sandbox, request, reply),
        onChanges: (changes) => desk.apply(sandbox, changes),
        onHandIn: ({ loans, changes, pools }) => {
          desk.takeBack(sandbox, loans);
          desk.apply(sandbox, changes);
          desk.takePoolsBack(sandbox, pools);
        },
        onFailing,
        onConsole,
        onFlow: (side, records, bytes) => onFlow(jet, side, records, bytes),
        onGone: (expected) => {
          desk.close(sandbox);
          void rm(directory, { recursive: true, force: true });
          onGone(jet, expected);
        },
      });
      return jet;
    },
  };
}
