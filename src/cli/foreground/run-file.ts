import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, extname, join } from 'node:path';
import { assertName } from '../../catalog/names.ts';
import { FastScoreError } from '../../core/errors.ts';
import type { Engine, EngineFailure, EngineStatus } from '../../engine/types.ts';
import { modelTypeOfFile, parseModelType } from '../../model/types.ts';
import type { Cli } from '../command.ts';
import { readEmbeddedSchemas } from '../embedded-schemas.ts';
import { openHost } from '../host.ts';
import { readLimits } from '../limits.ts';
import { parseCount } from '../numbers.ts';
import { during } from '../output/errors.ts';
import { assertReadable, readInput } from '../read-input.ts';
import { assertNoRejects } from '../reject-count.ts';
import { assertSnapshotTaken, runFailure } from '../run-failure.ts';
import { attachStreams, findStreams } from './attach-streams.ts';
import { printCapture, readCapture } from './capture.ts';
import { rejectCounts, relayMessages } from './relay-messages.ts';
import { readResume, restoreFrom } from './restore-from.ts';
import { saveSnapshot } from './save-snapshot.ts';

export interface RunFileOptions {
  readonly type: string | undefined;
  readonly name: string | undefined;
  readonly scale: string | undefined;
  readonly limit: readonly string[];
  readonly stream: readonly string[];
  readonly schema: readonly string[];
  readonly fromSnapshot: string | undefined;
  readonly resume: boolean;
  readonly fresh: boolean;
  readonly trust: boolean;
  readonly expect: string | undefined;
  readonly unordered: boolean;
  readonly expectState: string | undefined;
  readonly saveSnapshot: string | undefined;
  readonly failOnReject: boolean;
}

export interface RunFileWords {
  readonly file: string;
  readonly input: string;
  readonly output: string;
}

/** Runs a model file in this process, from its first record to its last. */
export async function runFile(cli: Cli, words: RunFileWords, options: RunFileOptions): Promise<number> {
  const { file } = words;
  const mtype = options.type === undefined ? modelTypeOfFile(file) : parseModelType(options.type);
  const jets = parseCount('--scale', options.scale) ?? 1;
  const source = await readInput(cli, file);
  const schemas = await readEmbeddedSchemas(cli.io, options.schema);
  const name = options.name ?? nameOf(file);
  // Its snapshots are stored under it, and would be refused at the end only.
  assertName('model', name);
  for (const expected of [options.expect, options.expectState]) {
    if (expected !== undefined) await assertReadable(cli.io, expected);
  }
  const captureFile = await openCapture(cli, words, options);
  const resume = readResume(options);

  const host = await openHost(cli.home, ['engine-1'], {
    standardStreams: true,
    limits: readLimits(cli.io.env, options.limit),
  });
  cli.defer(() => host.close());
  const engine = host.engines[0]!;
  const relay = relayMessages(cli, engine);
  cli.defer(relay.stop);

  const loading = engine.load({ name, mtype, source, schemas });
  const checked = during(`Unable to load ${file}`, loading);
  const report = await cli.out.progress.while(() => `Loading ${file}`, checked);
  const slots = report.slots.map(({ slot }) => slot);
  const streams = await findStreams(cli, host, { slots, words, further: options.stream, captureFile });
  if (options.fromSnapshot !== undefined) {
    const { fromSnapshot: which, trust } = options;
    await restoreFrom(cli, { host, model: name, which, trust, resume, streams });
  }
  await engine.scale(jets);
  const attaching = attachStreams(engine, streams);
  // No further than the start: with the first output on the terminal a line that moves would be in its way.
  const starting = Promise.race([attaching, engine.waitWhile('init', MAX_WAIT_MS)]);
  await cli.out.progress.while(() => `Starting ${file}`, starting);
  await waitForEnd(cli, engine, { words, attaching });
  relay.summarise();
  const status = succeeded(engine, words.file);

  if (options.saveSnapshot !== undefined) await saveSnapshot(cli, host, { model: name, file: options.saveSnapshot });
  if (captureFile !== null && !cli.out.json && words.output === '-') await printCapture(cli, captureFile);
  if (options.expect !== undefined || options.expectState !== undefined) {
    const { checkExpectations } = await import('./check-expectations.ts');
    await checkExpectations(cli, engine, { ...options, captureFile });
  }
  const outputs = captureFile === null ? undefined : await readCapture(captureFile);
  assertSnapshotTaken(status.lastSnapshot);
  if (options.failOnReject) assertNoRejects(rejectCounts(engine));
  if (cli.out.verbose && status.lastSnapshot !== null) cli.out.note(`Snapshot '${status.lastSnapshot.id}' taken`);
  cli.out.result(resultDocument(status, { name, mtype, outputs }), '');
  return 0;
}

/** Names come from file names, with dots turned to dashes, as scripts around FastScore make them. */
function nameOf(file: string): string {
  return basename(file, extname(file)).replaceAll('.', '-');
}

/**
 * Where the output goes when it is needed twice: to compare it, or to put it into the JSON document.
 * @returns null when it goes straight where it belongs
 */
async function openCapture(cli: Cli, words: RunFileWords, options: RunFileOptions): Promise<string | null> {
  if (options.expect !== undefined && words.output !== '-') {
    throw new FastScoreError(
      'BAD_INPUT',
      '--expect compares what would go to stdout: leave the output out, or write -',
    );
  }
  if (words.output !== '-' || (options.expect === undefined && !cli.out.json)) return null;
  const directory = await mkdtemp(join(tmpdir(), 'fastscore-run-'));
  cli.defer(() => rm(directory, { recursive: true, force: true }));
  return join(directory, 'output.jsonl');
}

/** `attaching` takes part in the run: it waits a moment for inline inputs to be through. */
async function waitForEnd(
  cli: Cli,
  engine: Engine,
  { words, attaching }: { words: RunFileWords; attaching: Promise<void> },
): Promise<void> {
  const ended = Promise.all([attaching, endOf(engine)]);
  // A line that moves would run through the records on the same terminal.
  const isBusyTerminal = words.output === '-' && cli.io.stdout.isTTY === true;
  await (isBusyTerminal ? ended : cli.out.progress.while(() => describeProgress(engine), ended));
}

async function endOf(engine: Engine): Promise<void> {
  while (engine.state !== 'finished' && engine.state !== 'error') await engine.waitWhile(engine.state, MAX_WAIT_MS);
}

/** The status at the end. @throws FastScoreError when the run failed */
function succeeded(engine: Engine, file: string): EngineStatus {
  const status = engine.status();
  if (status.failure === null) return status;
  const { input, ...failure } = status.failure;
  throw runFailure({ ...failure, input: input === null ? null : inputOf(input) }, file);
}

function inputOf({ slot, seqno, data, batchLength, encoding }: NonNullable<EngineFailure['input']>) {
  return { slot, seqno, data: [...data], batch_len: batchLength, encoding };
}

const MAX_WAIT_MS = 60_000;

function describeProgress(engine: Engine): string {
  const { records } = countsOf(engine.status());
  return `${records.in} records in, ${records.out} out`;
}

function countsOf({ slots }: EngineStatus) {
  const sum = (parity: number): number =>
    slots.reduce((total, { slot, records }) => total + (slot % 2 === parity ? records : 0), 0);
  const rejected = slots.reduce((total, slot) => total + slot.rejectedByEncoding + slot.rejectedBySchema, 0);
  return { records: { in: sum(0), out: sum(1) }, rejected };
}

function resultDocument(status: EngineStatus, run: { name: string; mtype: string; outputs: unknown }): unknown {
  return {
    model: run.name,
    mtype: run.mtype,
    state: status.state,
    ...countsOf(status),
    snapshot: status.lastSnapshot?.id ?? null,
    outputs: run.outputs,
  };
}
