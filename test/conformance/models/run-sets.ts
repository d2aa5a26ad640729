import type { TestLanguage } from './model-run.ts';
import { drain, end, openEngine } from './model-run.ts';

export interface SetRun {
  readonly language: TestLanguage;
  readonly source: string;
  /** JSON texts, or texts, by input slot; control records included. */
  readonly inputs: Readonly<Record<number, readonly string[]>>;
  readonly batching?: unknown;
  readonly encoding?: string | null;
  /** @default [1] */
  readonly outputs?: readonly number[];
  readonly jets?: number;
  /** Attach the inputs before the model is there. */
  readonly streamsFirst?: boolean;
}

/** Runs a model to its end. @returns the engine and what it wrote by slot, marker records included */
export async function runSets(options: SetRun) {
  const { language, source, inputs, batching = 'explicit', encoding = 'json', outputs = [1], jets = 1 } = options;
  const engine = await openEngine();
  const load = () => engine.load({ name: 'model', mtype: language, source: Buffer.from(source) });
  const attach = async () => {
    for (const [slot, records] of Object.entries(inputs)) {
      const descriptor = { Transport: { Type: 'inline', Data: records }, Encoding: encoding, Batching: batching };
      await engine.attach(Number(slot), { name: `in-${slot}`, descriptor });
    }
  };
  await engine.scale(jets);
  if (options.streamsFirst === true) await attach();
  else await load();
  for (const slot of outputs) {
    const descriptor = { Transport: 'REST', Encoding: encoding };
    await engine.attach(slot, { name: `out-${slot}`, descriptor });
  }
  if (options.streamsFirst === true) await load();
  else await attach();
  const state = await end(engine);
  return { engine, state, outputs: await Promise.all(outputs.map((slot) => drain(engine, slot))) };
}

export const SET = '{"$fastscore":"set"}';
