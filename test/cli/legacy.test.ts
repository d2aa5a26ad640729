import { expect, it } from 'vitest';
import { modernArguments } from '../../src/cli/legacy.ts';
import { COMMANDS } from '../../src/cli/program.ts';
import { resolveCommand } from '../../src/cli/resolve.ts';

it.each([
  ['-json', '--json'],
  ['-wait', '--wait'],
  ['-nowait', '--nowait'],
  ['--no-wait', '--nowait'],
  ['-type:python3', '--type=python3'],
  ['-count:2', '--count=2'],
  ['-until:2019-08-02T08:30:00Z', '--until=2019-08-02T08:30:00Z'],
  ['-schema:amps:"int"', '--schema=amps:"int"'],
  ['-engine:engine-2', '--engine=engine-2'],
  ['-V', '--verbose'],
  ['-vvv', '--verbose'],
  ['-v', '-v'],
  ['-', '-'],
  ['-x:1', '-x:1'],
  ['inline:1,2', 'inline:1,2'],
])('the option %s of 1.10 is %s', (legacy, modern) => {
  expect(modernArguments([legacy])).toEqual([modern]);
});

it('leaves everything after -- as it is', () => {
  expect(modernArguments(['-json', '--', '-json', '-type:R'])).toEqual(['--json', '--', '-json', '-type:R']);
});

it.each([
  [['-wait', 'fleet'], 'fleet', ['--wait']],
  [['fleet', '-wait'], 'fleet', ['--wait']],
  [['model', 'add', '-type:python3', 'm', 'm.py'], 'model add', ['--type=python3', 'm', 'm.py']],
  [['model', '-type', 'python3', 'add', 'm', 'm.py'], 'model add', ['--type', 'python3', 'm', 'm.py']],
  [['--engine', 'engine-2', 'engine', 'reset'], 'engine reset', ['--engine', 'engine-2']],
  [['fleet', 'version'], 'fleet', ['--verbose']],
  [['snapshot', 'describe', 'm', 'k3v'], 'snapshot show', ['m', 'k3v']],
  [['h', 'model'], 'help', ['model']],
  [['--', 'model', 'list'], 'model list', ['--']],
  [['stream', 'show', '--', '-x'], 'stream show', ['--', '-x']],
])('finds the command in %j', async (argv, words, rest) => {
  const request = await resolveCommand(argv, COMMANDS);
  expect(request).toMatchObject({ kind: 'command', entry: { words }, rest });
});
