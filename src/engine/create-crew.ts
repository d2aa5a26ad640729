import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CrewOptions } from '../jets/crew.ts';
import { Crew } from '../jets/crew.ts';
import type { StateDesk } from '../jets/state-desk.ts';
import type { LoadedModel } from './load-model.ts';
import type { Measures } from './measures.ts';
import type { MessageHub } from './messages.ts';
import type { CrewHooks } from './run.ts';

type Options = CrewHooks & {
  readonly hub: MessageHub;
  readonly measures: Measures;
  readonly desk: StateDesk;
  /** See {@link CrewOptions}. */
  readonly frameMs: number;
  readonly workDirectory: string;
  readonly cacheDirectory: string;
  readonly remember: number | undefined;
};

let crews = 0;

/** The crew that runs `model`, in the language that the model is written in. What its jets do is told and counted. */
export function createCrew(model: LoadedModel, options: Options): Crew {
  const { hub, measures, desk, frameMs, workDirectory, cacheDirectory, ...hooks } = options;
  const { source, info } = model;
  const { language } = info;
  const isPython = language === 'python';
  const fileName = isPython ? '__model.py' : '__model.R';
  crews += 1;
  return new Crew({
    ...hooks,
    desk,
    frameMs,
    onConsole: (stream, text) => hub.publish({ type: 'model-console', stream, text }),
    onFlow: ({ sandbox }, side, records, bytes) => measures.flows.tell({ point: 'jet', sandbox, side, records, bytes }),
    onStart: (jet) => hub.publish({ type: 'engine-config', item: 'jet', op: 'start', ref: jet.sandbox }),
    onStop: (jet) => {
      measures.jets.close(jet);
      hub.publish({ type: 'engine-config', item: 'jet', op: 'stop', ref: jet.sandbox });
    },
    onRestart: ({ number, pid, lastWords }) => {
      measures.jets.restarted(number);
      hub.log('notice', `${lastWords} (jet ${number}, process ${pid}); another one takes its place`);
    },
    language,
    fileName,
    // Crews of one engine overlap while a model is replaced.
    directory: join(workDirectory, `crew-${crews}`),
    model: {
      name: source.name,
      explicit: info.explicit,
      slots: info.slots.map(({ slot, action, recordsets }) => ({ slot, action, recordsets })),
    },
    async prepare(directory) {
      if (model.attached !== null) await cp(model.attached.directory, directory, { recursive: true });
      await writeFile(join(directory, fileName), source.source);
    },
    launch: isPython
      ? (directory) => launchInPython(directory, model.interpreter)
      : (directory) => launchInR(directory, cacheDirectory, model.interpreter),
  });
}

type Launching = ReturnType<CrewOptions['launch']>;

// A run loads what it needs for its own language.
async function launchInPython(directory: string, interpreter: string): Launching {
  const [{ launchPython }, { createPythonCodec }] = await Promise.all([
    import('../jets/launch-python.ts'),
    import('../jets/codecs/python.ts'),
  ]);
  return { process: await launchPython(directory, interpreter), codec: createPythonCodec() };
}

async function launchInR(directory: string, cacheDirectory: string, interpreter: string): Launching {
  const [{ launchR }, { createRCodec }] = await Promise.all([
    import('../jets/launch-r.ts'),
    import('../jets/codecs/r.ts'),
  ]);
  return { process: await launchR(directory, cacheDirectory, interpreter), codec: createRCodec() };
}
