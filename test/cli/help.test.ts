import { describe, expect, it } from 'vitest';
import { GLOBAL_OPTIONS, VALUE_OPTIONS } from '../../src/cli/global-options.ts';
import { GROUPS } from '../../src/cli/groups.ts';
import { commandHelp, parseCommand } from '../../src/cli/parse.ts';
import { COMMANDS } from '../../src/cli/program.ts';
import { resolveCommand } from '../../src/cli/resolve.ts';
import { release } from '../../src/util/release.ts';
import { runCommand } from './run-command.ts';
import { fastscoreWords } from './shell-words.ts';

const commands = await Promise.all(
  COMMANDS.map(async (entry) => ({ entry, definition: (await entry.load()).command })),
);

describe.each(commands.map(({ entry, definition }) => ({ words: entry.words, definition })))('$words', (command) => {
  const { words, definition } = command;

  it('has a group in the overview', () => {
    expect(GROUPS).toHaveProperty(words.split(' ', 1)[0]!);
  });

  it('shows usage, every option and its examples with --help', async () => {
    const { status, stdout, stderr } = await runCommand([...words.split(' '), '--help']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain(`Usage: fastscore ${words}`);
    for (const [flags, , mode] of Object.values(definition.options)) {
      if (mode !== 'hidden') expect(stdout).toContain(flags);
    }
    expect(stdout).toContain('\nExamples:\n');
    for (const { line } of definition.examples) expect(stdout).toContain(`  ${line}\n`);
    expect(stdout).not.toContain('default: false');
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(110);
  });

  it('prints its help as one JSON document', async () => {
    const { stdout } = await runCommand([...words.split(' '), '--help', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ command: words, examples: definition.examples });
  });

  it('has examples that are its own and parse', async () => {
    expect(definition.examples.length).toBeGreaterThan(0);
    for (const { line } of definition.examples) {
      const request = await resolveCommand(fastscoreWords(line), COMMANDS);
      if (request.kind !== 'command') throw new Error(`${line} is no command`);
      expect(request.entry.words).toBe(words);
      const parsed = await parseCommand(request.entry, definition, request.rest);
      expect(parsed.kind).toBe('run');
    }
  });
});

it('knows every option that takes a value before the command is known', () => {
  const options = [GLOBAL_OPTIONS, ...commands.map(({ definition }) => definition.options)].flatMap(Object.values);
  const withValue = options.flatMap(([flags]: [string]) => /^(?:-\w, )?(--[\w-]+) </.exec(flags)?.[1] ?? []);
  expect([...VALUE_OPTIONS].sort()).toEqual([...new Set(withValue)].sort());
});

it('never gives one option a value in one command and none in another', () => {
  const flags = commands.flatMap(({ definition }) => Object.values(definition.options).map(([text]) => text));
  for (const option of VALUE_OPTIONS) {
    for (const text of flags.filter((flag) => flag.split(' ').includes(option))) expect(text).toContain(`${option} <`);
  }
});

it('prints the overview without words, and with help', async () => {
  const overview = await runCommand([]);
  expect(overview.stdout.replace(release, 'X.Y.Z')).toMatchInlineSnapshot(`
    "FastScore CLI vX.Y.Z
    Usage: fastscore <command> [<subcommand> ...]
    Available commands:
      help             Explain commands, options and exit statuses
      connect          Choose the server that commands go to
      login            Say who you are to the server
      config           Store and show the configuration of the fleet
      fleet            List the instances and their health
      use              Choose the engine that commands go to
      run              Run a model file here, or a stored model on the engine
      job              Run a stored model, scale it, watch it, stop it
      model            Store, check and load models; feed them
      attachment       Store archives that belong to models
      schema           Store schemas; check records against them
      snapshot         Take, list, compare and restore snapshots of shared state
      state            Look at the cells and pools of the engine, and change them
      policy           Say which libraries models may import
      stream           Store stream descriptors; attach streams to slots
      engine           Start and stop your own engine; its state, its files
      sensor           Store sensors and put them to work
      stats            Show memory, processor time and rates
      debug            Show what the engine does, as it does it
      profile          Measure what records cost
      pneumo           Show what happens in the fleet
      monitor          Watch the engine at work on a live screen
      doctor           Find out what is wrong, and what mends it
      completion       Print the completion script of a shell
      serve            Run the engine and its REST API in the foreground
      version          Print the release
    Use 'fastscore help <command>' for the forms of a command, and 'fastscore help topics' for more
    "
  `);
  expect(await runCommand(['help'])).toEqual(overview);
  expect(await runCommand(['--help'])).toEqual(overview);
  expect(await runCommand(['-v'])).toEqual(overview);
});

it('prints the forms of a group with help GROUP and GROUP --help', async () => {
  const page = await runCommand(['help', 'snapshot']);
  expect(page.stdout).toMatchInlineSnapshot(`
    "Take, list, compare and restore snapshots of shared state

      fastscore snapshot list <model>                   List the snapshots of a model
      fastscore snapshot show <model> <id>              Describe a snapshot
      fastscore snapshot create                         Take a snapshot now
      fastscore snapshot restore <model> [id]           Restore a snapshot
      fastscore snapshot remove <model> <id>            Remove a snapshot
      fastscore snapshot export <model> <id> [file]     Write a snapshot to a file
      fastscore snapshot import <model> [file]          Store a snapshot file
      fastscore snapshot pin <model> <id>               Keep a snapshot from pruning
      fastscore snapshot prune <model>                  Remove old snapshots
      fastscore snapshot diff <model> <before> [after]  Compare two snapshots

    Examples:
      fastscore snapshot list tally
      fastscore snapshot show tally k3v
      fastscore snapshot create
    Use 'fastscore snapshot <subcommand> --help' for options.
    "
  `);
  expect(await runCommand(['snapshot', '--help'])).toEqual(page);
});

it('lays out the page of a command that is a group of its own like those of groups', async () => {
  expect((await runCommand(['help', 'connect'])).stdout).toMatch(
    /^Choose the server that commands go to\n\n {2}fastscore connect \[url\] .*\n\nAsks the server .*\n\nArguments:\n/,
  );
  expect((await runCommand(['help', 'pneumo'])).stdout).toContain('\n  fastscore pneumo history ');
});

it('keeps within a narrow terminal', async () => {
  const entry = COMMANDS.find(({ words }) => words === 'run')!;
  const { command } = await entry.load();
  const widest = (columns?: number): number =>
    Math.max(
      ...commandHelp(entry, command, columns)
        .split('\n\nExamples:')[0]!
        .split('\n')
        .map(({ length }) => length),
    );
  expect(widest(72)).toBeLessThanOrEqual(72);
  expect(widest()).toBeGreaterThan(90);
  expect(widest(500)).toBeLessThanOrEqual(100);
});

it('prints the same page with help COMMAND and COMMAND --help', async () => {
  const page = await runCommand(['help', 'snapshot', 'restore']);
  expect(page.status).toBe(0);
  expect(await runCommand(['snapshot', 'restore', '-h'])).toEqual(page);
});

it('keeps the layout that the shell completion of 1.10 reads', async () => {
  const { stdout } = await runCommand(['help']);
  const words = stdout
    .trimEnd()
    .split('\n')
    .slice(3, -1)
    .map((line) => line.trim().split(' ')[0]);
  expect(words).toEqual(Object.keys(GROUPS));
});

it.each(['options', 'exit-status', 'environment', 'topics'])('explains the topic %s', async (topic) => {
  const { status, stdout } = await runCommand(['help', topic]);
  expect(status).toBe(0);
  expect(stdout.split('\n').length).toBeGreaterThan(3);
});

it('lists exit statuses once each', async () => {
  const { stdout } = await runCommand(['help', 'exit-status']);
  expect(stdout).toMatchInlineSnapshot(`
    "Exit statuses:
      0    done
      1    failed
      2    the command line is wrong
      3    no engine answers, or one of another release
      4    not authorised
      5    not found: a model, a stream, a snapshot, a file
      6    the engine is in the wrong state for this
      7    took too long
      8    the model failed or is refused, or results are not what was expected
      130  interrupted, as by Ctrl-C
    "
  `);
});
