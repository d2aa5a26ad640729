import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { SnapshotRepository } from '../../../src/core/snapshot/repository.ts';
import type { EngineOptions } from '../../../src/engine/engine.ts';
import { createEngine } from '../../../src/engine/engine.ts';
import type { Engine, EngineMessage, EngineState } from '../../../src/engine/types.ts';
import { testCacheDirectory } from '../../jets/r/library.ts';

export type TestLanguage = 'python' | 'R';

/** The same model in both languages. */
export type ModelPair = Readonly<Record<TestLanguage, string>>;

export interface TestEngine extends Engine {
  readonly messages: EngineMessage[];
  readonly snapshots: SnapshotRepository;
  /** State keys as `cell NAME` and `POOL[ITEM]`, with their values. */
  stateValues(): Record<string, unknown>;
}

const opened: { engine: Engine; directory: string }[] = [];

afterEach(async () => {
  for (const { engine, directory } of opened.splice(0)) {
    await engine.close();
    await rm(directory, { recursive: true, force: true });
  }
});

/** A real engine in a folder of its own; closed after the test. */
export async function openEngine(
  options: Pick<EngineOptions, 'way' | 'remember' | 'dataRoot' | 'limits'> = {},
): Promise<TestEngine> {
  const directory = await mkdtemp(join(tmpdir(), 'fastscore-models-'));
  const snapshots = new SnapshotRepository(join(directory, 'snapshots'));
  const engine = createEngine({
    name: 'engine-1',
    workDirectory: join(directory, 'jets'),
    cacheDirectory: testCacheDirectory,
    snapshots,
    findSchema: async () => undefined,
    ...options,
  });
  opened.push({ engine, directory });
  const messages: EngineMessage[] = [];
  engine.onMessage((message) => messages.push(message));
  return Object.assign(engine, { messages, snapshots, stateValues: () => stateValues(engine) });
}

function stateValues(engine: Engine): Record<string, unknown> {
  return Object.fromEntries(
    [...engine.stateEntries()].map(({ key, json }) => [
      key.kind === 'cell' ? `cell ${key.name}` : `${key.pool}[${key.item}]`,
      json === null ? undefined : (JSON.parse(json) as unknown),
    ]),
  );
}

export interface RunOptions {
  readonly language: TestLanguage;
  readonly model: ModelPair;
  readonly name?: string;
  readonly jets?: number;
  /** JSON texts. */
  readonly input: readonly string[];
  readonly encoding?: string | null;
  /** Output slots in use. @default [1] */
  readonly outputs?: readonly number[];
}

export async function load(engine: Engine, { language, model, name = 'model' }: RunOptions): Promise<void> {
  await engine.load({ name, mtype: language, source: Buffer.from(model[language]) });
}

/** Loads, attaches and runs to the end. @returns the outputs of slot 1 as texts, and of others by slot */
export async function run(engine: Engine, options: RunOptions): Promise<{ state: EngineState; outputs: string[][] }> {
  const { input, encoding = 'json', outputs = [1], jets = 1 } = options;
  await engine.scale(jets);
  await load(engine, options);
  for (const slot of outputs) {
    await engine.attach(slot, { name: `out-${slot}`, descriptor: { Transport: 'REST', Encoding: encoding } });
  }
  await engine.attach(0, {
    name: 'in',
    descriptor: { Transport: { Type: 'inline', Data: input }, Encoding: encoding },
  });
  const state = await end(engine);
  return { state, outputs: await Promise.all(outputs.map((slot) => drain(engine, slot))) };
}

/** Waits until the run is over. */
export async function end(engine: Engine): Promise<EngineState> {
  while (!['finished', 'error'].includes(engine.state)) await engine.waitWhile(engine.state, 1000);
  return engine.state;
}

/** All records of a REST output. */
export async function drain(engine: Engine, slot: number): Promise<string[]> {
  const records: string[] = [];
  for (;;) {
    const record = await engine.output(slot, 0);
    if (typeof record === 'string') return records;
    records.push(record.toString('utf8'));
  }
}

/** What the engine says about why it is in state error. */
export function failure(engine: Engine) {
  const { failure: found } = engine.status();
  if (found === null) throw new Error('The engine has not failed');
  return found;
}
