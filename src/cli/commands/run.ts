import { extname } from 'node:path';
import { FastScoreError } from '../../core/errors.ts';
import type { Cli } from '../command.ts';
import { defineCommand } from '../command.ts';
import { LIMIT_OPTION } from '../limit-option.ts';
import { isFile } from '../read-input.ts';
import { RUN_STORED_OPTIONS } from '../run-stored-options.ts';

export const command = defineCommand({
  args: [
    ['<model>', 'a model file such as gain.py or gain.R, or the name of a stored model'],
    ['<input>', 'input: a file, a literal such as inline:1,2,3, a descriptor as JSON, a stored stream, or - for stdin'],
    ['[output]', 'output, likewise (default: - for stdout; for a stored model discard:)'],
  ],
  options: {
    ...RUN_STORED_OPTIONS,
    file: ['--file', 'the model is a file, whatever its name looks like'],
    type: ['--type <type>', 'type of the model file (default: by its extension)'],
    name: ['--name <name>', 'name for its snapshots (default: the file name without extension, dots as dashes)'],
    scale: ['--scale <n>', 'number of jets for a model file (default: 1)'],
    limit: LIMIT_OPTION,
    stream: ['--stream <slot:stream>', 'stream for a further slot of a model file', 'repeat'],
    fromSnapshot: ['--from-snapshot <file|id>', 'start from the cells and pools of a snapshot: a file, an id, latest'],
    resume: [
      '--resume',
      'go on where the snapshot was taken (default when it was taken under way, of the same inputs)',
    ],
    fresh: ['--fresh', 'only the state is that of the snapshot: inputs and outputs begin anew'],
    trust: ['--trust', 'accept Python and R objects in a snapshot file, also to compare R objects by value'],
    expect: ['--expect <file>', 'compare the outputs with the JSON lines of a file; exit status 8 when they differ'],
    unordered: ['--unordered', 'the order of outputs does not matter to --expect, as with several jets'],
    expectState: [
      '--expect-state <file>',
      'compare the state at the end with a snapshot file or {"cells": {...}, "pools": {...}}; exit status 8',
    ],
    saveSnapshot: ['--save-snapshot <file>', 'write the state at the end to a snapshot file'],
  },
  about:
    'A model file runs in this very process: it is not stored, needs no engine, and the command ends with the run. ' +
    "The model's own output appears on stderr. Files of data hold one JSON record per line, unless their name ends in " +
    '.utf8, .bin or .avro; a file with a stream descriptor stands for that stream. A stored model runs on the engine, as with `fastscore job run`.\n\n' +
    'Options after --schema are for model files only; --wait, --timeout, --queue and --replace are for stored models.',
  examples: [
    { line: 'fastscore run gain.py inline:1,2,3', text: 'a file, three records, outputs to stdout' },
    { line: 'zcat data.gz | fastscore run tally.R - --scale 4 > out.jsonl', text: 'from stdin, with four jets' },
    { line: 'fastscore run tally.py in.jsonl --expect out.jsonl --expect-state end.json', text: 'a test of a model' },
    { line: 'fastscore run tally.py in.jsonl out.jsonl --from-snapshot latest', text: 'go on after an interruption' },
    { line: 'fastscore run tally scores rest: --wait', text: 'a stored model on the engine' },
  ],
  async run(cli, [model, input, output], options) {
    if (options.file || (await looksLikeFile(cli, model))) {
      assertNoStoredOptions(options);
      const { runFile } = await import('../foreground/run-file.ts');
      return runFile(cli, { file: model, input, output: output ?? '-' }, options);
    }
    assertNoFileOptions(options);
    const { runStored } = await import('../run-stored.ts');
    try {
      return await runStored(cli, { model, input, output: output ?? 'discard:' }, options);
    } catch (error) {
      throw looksLikeFileName(model) && isMissingModel(error) ? noSuchFile(model) : error;
    }
  },
});

/** Names of stored models may have dots and slashes too: a file is only what is one. */
async function looksLikeFile(cli: Cli, word: string): Promise<boolean> {
  return looksLikeFileName(word) && isFile(cli.io, word);
}

const looksLikeFileName = (word: string): boolean => extname(word) !== '' || word.includes('/');

const isMissingModel = (error: unknown): boolean => error instanceof FastScoreError && error.code === 'MODEL_NOT_FOUND';

function noSuchFile(word: string): FastScoreError {
  return new FastScoreError('FILE_NOT_FOUND', `There is neither a file nor a stored model '${word}'`, {
    hint: 'fastscore model list',
  });
}

const STORED_OPTIONS: Readonly<Record<string, string>> = {
  timeout: '--timeout',
  queue: '--queue',
  replace: '--replace',
};

function assertNoStoredOptions(options: Readonly<Record<string, unknown>>): void {
  const given = Object.entries(STORED_OPTIONS).find(([name]) => isGiven(options[name]));
  if (given === undefined) return;
  throw new FastScoreError('BAD_INPUT', `${given[1]} is for stored models, and this is a model file`, {
    hint: 'fastscore run --help',
  });
}

const isGiven = (value: unknown): boolean => value !== undefined && value !== false;

const FILE_OPTIONS: Readonly<Record<string, string>> = {
  type: '--type',
  name: '--name',
  scale: '--scale',
  fromSnapshot: '--from-snapshot',
  resume: '--resume',
  fresh: '--fresh',
  trust: '--trust',
  expect: '--expect',
  unordered: '--unordered',
  expectState: '--expect-state',
  saveSnapshot: '--save-snapshot',
};

function assertNoFileOptions(options: Readonly<Record<string, unknown>>): void {
  const given = Object.entries(FILE_OPTIONS).find(([name]) => isGiven(options[name]));
  const list = ['stream', 'limit'].find((name) => (options[name] as readonly string[]).length > 0);
  if (given === undefined && list === undefined) return;
  throw new FastScoreError('BAD_INPUT', `${given?.[1] ?? `--${list}`} is for model files, and this is not one`, {
    hint: 'fastscore run --help',
  });
}
