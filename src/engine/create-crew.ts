import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createPythonCodec } from '../jets/codecs/python.ts';
import { createRCodec } from '../jets/codecs/r.ts';
import type { CrewOptions } from '../jets/crew.ts';
import { Crew } from '../jets/crew.ts';
import { launchPython } from '../jets/launch-python.ts';
import { launchR } from '../jets/launch-r.ts';
import type { LoadedModel } from './load-model.ts';

type Options = Omit<
  CrewOptions,
  'model' | 'language' | 'fileName' | 'directory' | 'prepare' | 'launch' | 'createCodec'
> & {
  readonly workDirectory: string;
  readonly cacheDirectory: string;
};

let crews = 0;

/** The crew that runs `model`, in the language that the model is written in. */
export function createCrew(model: LoadedModel, options: Options): Crew {
  const { workDirectory, cacheDirectory, ...rest } = options;
  const { source, info } = model;
  const { language } = info;
  const isPython = language === 'python';
  const fileName = isPython ? '__model.py' : '__model.R';
  crews += 1;
  return new Crew({
    ...rest,
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
    launch: (directory) => (isPython ? launchPython(directory) : launchR(directory, cacheDirectory)),
    createCodec: isPython ? createPythonCodec : createRCodec,
  });
}
