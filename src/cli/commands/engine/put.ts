import { createReadStream } from 'node:fs';
import { basename, resolve } from 'node:path';
import { FastScoreError } from '../../../core/errors.ts';
import { defineCommand } from '../../command.ts';
import { during } from '../../output/errors.ts';
import { assertReadable } from '../../read-input.ts';

export const command = defineCommand({
  args: [['<words...>', '[engine] <file> <path>: a file here, and where models are to find it']],
  about:
    'Gives a file to an engine. Models that are loaded from then on find it in their working directory, under a path ' +
    'relative to that; a path that ends in / keeps the name of the file. It stays when the engine is reset, until the ' +
    'server ends: your own engine does after 15 minutes without work. What belongs to one model is better kept with it: ' +
    'see fastscore attachment upload.',
  examples: [
    { line: 'fastscore engine put weights.bin weights.bin', text: 'for open("weights.bin") in a model' },
    { line: 'fastscore engine put engine-2 lookup.csv data/ -v', text: 'as data/lookup.csv, to another engine' },
  ],
  async run(cli, [words]) {
    const { name, file, path } = await parse(words, () => cli.engineName());
    await assertReadable(cli.io, file);
    const { engine } = await cli.client(name);
    const putting = engine.files.put(path, createReadStream(resolve(cli.io.cwd, file)));
    const result = await cli.out.progress.while(() => `Sending ${file}`, during(`Cannot put ${file}`, putting));
    cli.out.done({ engine: name, path, result }, `File '${path}' put into '${name}'`);
    return 0;
  },
});

async function parse(words: readonly string[], usualEngine: () => Promise<string>) {
  if (words.length !== 2 && words.length !== 3) {
    throw new FastScoreError('BAD_INPUT', 'Say which file, and under what path models are to find it', {
      hint: 'fastscore engine put weights.bin weights.bin',
    });
  }
  const [file, remote] = words.slice(-2) as [string, string];
  const name = words.length === 3 ? words[0]! : await usualEngine();
  const relative = remote.replace(/^(?:\.\/)+/, '');
  const path = relative === '' || relative === '.' ? basename(file) : relative.replace(/\/$/, `/${basename(file)}`);
  return { name, file, path };
}
