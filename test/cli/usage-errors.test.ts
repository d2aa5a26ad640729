import { describe, expect, it } from 'vitest';
import { runCommand } from './run-command.ts';

it.each([
  [['modle', 'list'], "Error: Unknown command 'modle'\nTry: fastscore model list\n"],
  [['xyzzy'], "Error: Unknown command 'xyzzy'\nTry: fastscore help\n"],
  [
    ['job', 'scael', '2'],
    "Error: Unknown command 'job scael' (there is: run, scale, status, statistics, stop, wait)\nTry: fastscore job scale\n",
  ],
  [['state'], "Error: 'fastscore state' needs one more word: list, get, set, delete\nTry: fastscore help state\n"],
  [['model', 'add'], "Error: Missing required argument 'model'\nTry: fastscore model add --help\n"],
  [
    ['model', 'list', 'x'],
    'Error: Too many arguments. Expected 0 arguments but got 1.\nTry: fastscore model list --help\n',
  ],
  [['fleet', '--wiat'], "Error: Unknown option '--wiat' of 'fastscore fleet'\nTry: --wait\n"],
  [['fleet', '-x'], "Error: Unknown option '-x' of 'fastscore fleet'\nTry: fastscore fleet --help\n"],
  [['--vresion'], "Error: Unknown option '--vresion'\nTry: --version\n"],
  [
    ['snapshot', 'list', 'm', '--count'],
    "Error: Option '--count <n>' argument missing\nTry: fastscore snapshot list --help\n",
  ],
  [['snapshot', 'list', 'm', '--count', '0'], "Error: --count takes a positive integer, not '0'\n"],
  [['model', 'scale', '-1'], 'Error: The number of jets must be a non-negative integer\n'],
  [['model', 'scale', '1.5'], 'Error: The number of jets must be a non-negative integer\n'],
  [['model', 'scale', 'x'], 'Error: The number of jets must be a non-negative integer\n'],
  [['model', 'list', '--color', 'blue'], "Error: --color takes auto, always or never, not 'blue'\n"],
  [['model', 'input', '1'], 'Error: 1 is an output slot\n'],
  [['model', 'output', '0'], 'Error: 0 is an input slot\n'],
  [
    ['stream', 'attach', 'rest:', 'x'],
    "Error: Malformed slot number 'x'\nHint: Input slots are 0, 2, 4, ..., output slots 1, 3, 5, ...\n",
  ],
  [['help', 'nosuch'], "Error: Command 'nosuch' not available\nTry: fastscore help\n"],
  [['conductor'], "Error: 'conductor' is not a command of this release\nHint: There is no Conductor.\n"],
  [
    ['run', 'm', 'rest:', '--expect', 'f'],
    'Error: --expect is for model files, and this is not one\nTry: fastscore run --help\n',
  ],
  [['model', 'show', ''], 'Error: The model is an empty word\nTry: fastscore model show --help\n'],
  [['job', 'run', 'm', ''], 'Error: The input is an empty word\nTry: fastscore job run --help\n'],
  [
    ['connect', 'dashboard:8000'],
    'Error: Proxy prefix must be an URL, e.g. https://dashboard:8000\nTry: http://dashboard:8000\n',
  ],
])('%j is a usage error', async (argv, stderr) => {
  expect(await runCommand(argv)).toEqual({ status: 2, stdout: '', stderr });
});

it('prints an error as one JSON document on stdout with --json', async () => {
  const { status, stdout, stderr } = await runCommand(['fleet', '--wiat', '--json']);
  expect({ status, stderr }).toEqual({ status: 2, stderr: '' });
  expect(JSON.parse(stdout)).toEqual({
    error: "Error: Unknown option '--wiat' of 'fastscore fleet'",
    message: "Unknown option '--wiat' of 'fastscore fleet'",
    code: 'UNKNOWN_OPTION',
    status: 2,
    kind: 'usage',
    hint: '--wait',
  });
});

it('keeps the control characters of its arguments from the terminal', async () => {
  const { stderr } = await runCommand(['mo\u001b[31mdel']);
  expect(stderr).toContain("Unknown command 'mo\\u001b[31mdel'");
});

describe('with FASTSCORE_COMPAT=1', () => {
  const env = { FASTSCORE_COMPAT: '1' };

  it.each([[['modle', 'list']], [['model', 'add']], [['model', 'list', 'x']], [['model', 'lst']]])(
    'answers %j as 1.10 did, with status 0',
    async (argv) => {
      const stdout = "Use 'fastscore help' or 'fastscore help <command>'\n";
      expect(await runCommand(argv, { env })).toEqual({ status: 0, stdout, stderr: '' });
    },
  );

  it('prints errors on stdout, with status 1', async () => {
    const stdout = 'Error: 1 is an output slot\n';
    expect(await runCommand(['model', 'input', '1'], { env })).toEqual({ status: 1, stdout, stderr: '' });
  });

  it('notes unknown options and goes on', async () => {
    const stdout = "Unknown option '-x' ignored\nError: 1 is an output slot\n";
    expect(await runCommand(['model', 'input', '-x', '1'], { env })).toEqual({ status: 1, stdout, stderr: '' });
  });

  it('answers help of an unknown command with status 0', async () => {
    const stdout = "Command 'nosuch' not available (use 'help')\n";
    expect(await runCommand(['help', 'nosuch'], { env })).toEqual({ status: 0, stdout, stderr: '' });
  });
});
