import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { RecordForm } from '../../../src/core/records.ts';
import { StateStore } from '../../../src/core/state/store.ts';
import { createRCodec } from '../../../src/jets/codecs/r.ts';
import { findInterpreter } from '../../../src/jets/interpreters.ts';
import type { JetResult } from '../../../src/jets/jet.ts';
import { Jet } from '../../../src/jets/jet.ts';
import { launchR } from '../../../src/jets/launch-r.ts';
import type { EmitForms } from '../../../src/jets/protocol.ts';
import { StateDesk } from '../../../src/jets/state-desk.ts';
import { testCacheDirectory } from './library.ts';
import { recordsOf, textsOf } from './records.ts';

export interface StartedJet {
  readonly jet: Jet;
  /** To be called after `begin`: tells the desk. */
  begun(): void;
  readonly store: StateStore;
  readonly directory: string;
  /** What the model printed: lines with the stream that they came from. */
  readonly printed: string[];
  /** Resolves when the process is gone, with whether that was expected. */
  readonly gone: Promise<boolean>;
  /** Sends records and gives what was emitted, by slot, each record as text. */
  run(records: readonly string[], options?: RunOptions): Promise<JetAnswer>;
}

export interface RunOptions {
  readonly slot?: number;
  readonly form?: RecordForm;
  readonly emit?: EmitForms;
}

export interface JetAnswer extends JetResult {
  readonly slots: Readonly<Record<number, readonly string[]>>;
}

interface Options {
  readonly store?: StateStore;
  /** Of jets that run together. */
  readonly desk?: StateDesk;
  /** The jet joins a running job. */
  readonly joining?: boolean;
  readonly slots?: readonly { slot: number; action: string | null; recordsets: boolean }[];
}

const JSON_ON_1: EmitForms = { 1: 'json' };

const ECHO_SLOTS = [
  { slot: 0, action: 'action', recordsets: false },
  { slot: 1, action: null, recordsets: false },
];

let jets = 0;

/** A jet that runs `source`, not loaded yet; it ends with the test. */
export async function startJet(source: string, options: Options = {}): Promise<StartedJet> {
  const { store = new StateStore(), joining = false } = options;
  const { desk = new StateDesk({ store, onRestoredOverwritten: () => {} }) } = options;
  jets += 1;
  const name = String(jets);
  const directory = await mkdtemp(join(tmpdir(), 'fastscore-r-jet-'));
  await writeFile(join(directory, '__model.R'), source);
  const printed: string[] = [];
  const process = await launchR(directory, testCacheDirectory, (await findInterpreter('R')).command);
  let tell: (expected: boolean) => void = () => {};
  const gone = new Promise<boolean>((resolve) => {
    tell = resolve;
  });
  const jet: Jet = new Jet({
    number: 1,
    sandbox: name,
    process,
    codec: createRCodec(),
    frameMs: 30_000,
    onState: (request, reply) => desk.handle(name, request, reply),
    onChanges: (changes) => desk.apply(name, changes),
    onFailing: () => {},
    onHandIn: ({ loans, changes, pools }) => {
      desk.takeBack(name, loans);
      desk.apply(name, changes);
      desk.takePoolsBack(name, pools);
    },
    onConsole: (stream, text) => printed.push(...text.split('\n').map((line) => `${stream}: ${line}`)),
    onGone: (expected) => tell(expected),
  });
  desk.open(name, { language: 'R', joining, recall: (key) => jet.recall(key) });
  onTestFinished(async () => {
    await jet.stop(500);
    desk.close(name);
    await rm(directory, { recursive: true, force: true });
  });
  let batches = 0;
  let seqno = 1;
  return {
    jet,
    begun: () => desk.begun(name, jet.lending),
    store,
    directory,
    printed,
    gone,
    async run(records, { slot = 0, form = 'json', emit = JSON_ON_1 } = {}) {
      batches += 1;
      const first = seqno;
      seqno += records.length;
      const id = batches;
      return withTexts(
        await jet.run({ t: 'batch', id, slot, seqno: first, records: recordsOf(records, form), emit, origins: false }),
      );
    },
  };
}

/** A jet that has loaded `source` and run its `begin`. */
export async function begunJet(source: string, options: Options = {}): Promise<StartedJet> {
  const started = await startJet(source, options);
  const { jet, directory } = started;
  const slots = options.slots ?? ECHO_SLOTS;
  await jet.load({ name: 'model', file: join(directory, '__model.R'), explicit: false, slots });
  await jet.begin();
  started.begun();
  return started;
}

export function withTexts(result: JetResult): JetAnswer {
  const slots: Record<number, string[]> = {};
  for (const { slot, records } of result.outputs) slots[slot] = textsOf(records);
  return { ...result, slots };
}
