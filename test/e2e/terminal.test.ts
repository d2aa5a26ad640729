import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packageRoot } from '../../src/util/package-root.ts';
import { describeWithPython } from '../languages.ts';
import type { Sandbox } from './support/sandbox.ts';
import { openSandbox } from './support/sandbox.ts';
import { waitFor } from './support/wait-for.ts';

/** An editor for which Ctrl-C is a key like others. */
const PATIENT_EDITOR = `import signal, sys

signal.signal(signal.SIGINT, lambda *_: print("caught", flush=True))
print("editing", flush=True)
sys.stdin.readline()
with open(sys.argv[1], "w") as file:
    file.write('"long"')
`;

let box: Sandbox;
beforeAll(async () => {
  box = await openSandbox({
    'slow.py': 'import time\n\ndef action(x):\n    time.sleep(1.5)\n    yield x\n',
    'patient.py': PATIENT_EDITOR,
    'waiting.py': 'import time\nprint("editing", flush=True)\ntime.sleep(600)\n',
    'in-terminal.py': 'import pty, sys\nsys.exit(pty.spawn(sys.argv[1:]) >> 8)\n',
  });
});
afterAll(() => box.close());

const terminalEnv = () => ({ PATH: process.env.PATH, TERM: 'xterm', FASTSCORE_HOME: box.home });

/** Runs a command in a terminal of its own. @returns all that it shows */
async function inTerminal(words: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> {
  const binary = join(packageRoot, 'bin', 'fastscore');
  const { stdout } = await promisify(execFile)('python3', ['in-terminal.py', binary, ...words], {
    cwd: box.directory,
    env: { ...terminalEnv(), ...env },
  });
  return stdout;
}

describeWithPython('on a terminal', () => {
  test('a run that takes longer than a second shows its progress, and takes it away', async () => {
    const shown = await inTerminal(['run', 'slow.py', 'inline:1', 'discard:']);
    expect(shown).toMatch(/[|/\\-] \d records in, \d out \(1 s\)/);
    expect(shown.endsWith('\r\u001b[K')).toBe(true);
  });

  test('there are colours, unless NO_COLOR or --color says otherwise', async () => {
    const header = '\u001b[1mFastScore CLI';
    expect(await inTerminal([])).toContain(header);
    expect(await inTerminal([], { NO_COLOR: '1' })).not.toContain('\u001b');
    expect(await inTerminal(['help', '--color', 'never'])).not.toContain('\u001b');
    expect(await box.ok('help', '--color=always')).toContain(header);
    expect(await box.ok('help')).not.toContain('\u001b');
  });

  test('what is no JSON after editing is not stored, and not lost', async () => {
    await box.write('int.json', '"int"');
    await box.ok('schema', 'add', 'ohms', 'int.json');
    await mkdir(join(box.directory, 'kept'));
    const env = { EDITOR: "printf '{' >", TMPDIR: join(box.directory, 'kept') };
    const failed = inTerminal(['schema', 'show', 'ohms', '-e'], env);
    const { stdout } = await failed.then(
      () => expect.unreachable(),
      (error: { stdout: string }) => error,
    );
    const file = /What you have written is in (\S+): mend it there, then fastscore schema add/.exec(stdout)?.[1];
    expect(await readFile(file!, 'utf8')).toBe('{');
  });

  describe('while $EDITOR runs', () => {
    beforeAll(async () => {
      await box.write('int.json', '"int"');
      await box.ok('schema', 'add', 'amps', 'int.json');
    });

    test('Ctrl-C is for the editor alone, which may go on', async () => {
      const editing = await openEditor('python3 patient.py');
      editing.type('\u0003');
      await editing.shows('caught');
      editing.type('\r');
      expect(await editing.ended).toBe(0);
      expect(editing.screen()).toContain('Schema updated');
      expect(await box.ok('schema', 'show', 'amps')).toBe('"long"\n');
    });

    test.each([
      ['an editor that Ctrl-C ends', 130, (editing: Editing) => editing.type('\u0003')],
      ['the end of the command', 143, (editing: Editing) => editing.terminate()],
    ])('%s changes nothing, and leaves nothing behind', async (_name, status, end) => {
      const before = await box.ok('schema', 'show', 'amps');
      const editing = await openEditor('python3 waiting.py');
      await end(editing);
      expect(await editing.ended).toBe(status);
      expect(await readdir(join(box.directory, 'tmp'))).toEqual([]);
      expect(await box.ok('schema', 'show', 'amps')).toBe(before);
    });
  });
});

interface Editing {
  type(keys: string): void;
  screen(): string;
  shows(text: string): Promise<void>;
  /** Asks the command to end, as a supervisor would. */
  terminate(): Promise<void>;
  /** The exit status of the command. */
  readonly ended: Promise<number | null>;
}

/** Opens a schema in an editor, in a terminal of its own. */
async function openEditor(editor: string): Promise<Editing> {
  await mkdir(join(box.directory, 'tmp'), { recursive: true });
  const words = ['in-terminal.py', join(packageRoot, 'bin', 'fastscore'), 'schema', 'show', 'amps', '-e', '-v'];
  const child = spawn('python3', words, {
    cwd: box.directory,
    env: { ...terminalEnv(), EDITOR: editor, TMPDIR: join(box.directory, 'tmp') },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let shown = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    shown += text;
  });
  const editing: Editing = {
    type: (keys) => void child.stdin.write(keys),
    screen: () => shown,
    shows: (text) => waitFor(`the terminal shows ${text}`, () => shown.includes(text)).then(() => {}),
    async terminate() {
      const children = await readFile(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8');
      process.kill(Number(children), 'SIGTERM');
    },
    ended: once(child, 'exit').then(([status]) => status as number | null),
  };
  await editing.shows('editing');
  return editing;
}
