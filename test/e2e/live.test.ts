import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packageRoot } from '../../src/util/package-root.ts';
import { describeWithPython } from '../languages.ts';
import type { Sandbox } from './support/sandbox.ts';
import { openSandbox } from './support/sandbox.ts';

/**
 * Plays a person at a terminal: waits for a text, makes the window another size, types, waits again.
 * Prints what was shown after each wait, as JSON, and the exit status.
 */
const PERSON = `
import fcntl, json, os, pty, select, signal, struct, sys, termios, time

steps = json.loads(sys.argv[1])
pid, fd = pty.fork()
if pid == 0:
    os.execvp(sys.argv[2], sys.argv[2:])
shown, parts, deadline = '', [], time.time() + 50

def read():
    global shown
    ready, _, _ = select.select([fd], [], [], 0.1)
    if not ready:
        return True
    try:
        data = os.read(fd, 65536)
    except OSError:
        return False
    shown += data.decode(errors='replace')
    return bool(data)

def size(rows, columns):
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack('HHHH', rows, columns, 0, 0))
    os.kill(pid, signal.SIGWINCH)

for step in steps:
    if 'size' in step:
        shown = ''
        size(*step['size'])
    if 'type' in step:
        shown = ''
        os.write(fd, step['type'].encode())
    while step.get('until', '') not in shown and time.time() < deadline and read():
        pass
    parts.append(shown)
while time.time() < deadline and read():
    pass
parts.append(shown)
_, status = os.waitpid(pid, 0)
print(json.dumps({'parts': parts, 'status': os.waitstatus_to_exitcode(status)}))
`;

interface Step {
  readonly until?: string;
  readonly size?: readonly [rows: number, columns: number];
  readonly type?: string;
}

const INTERRUPT = '\u0003';
const END = '\u0004';
const UP = '\u001b[A';
const LEAVE = '\u001b[?25h\u001b[?1049l';

describeWithPython('on a terminal', () => {
  let box: Sandbox;
  beforeAll(async () => {
    box = await openSandbox({ 'triple.py3': 'def action(x):\n    yield 3 * x\n', 'person.py': PERSON });
    await box.ok('model', 'add', 'triple', 'triple.py3');
    await box.ok('run', 'triple', 'rest:', 'rest:');
  });
  afterAll(() => box.close());

  async function atTerminal(steps: readonly Step[], words: readonly string[]) {
    const binary = join(packageRoot, 'bin', 'fastscore');
    const { stdout } = await promisify(execFile)('python3', ['person.py', JSON.stringify(steps), binary, ...words], {
      cwd: box.directory,
      env: { PATH: process.env.PATH, TERM: 'xterm', NO_COLOR: '1', FASTSCORE_HOME: box.home },
    });
    return JSON.parse(stdout) as { parts: string[]; status: number };
  }

  test('the monitor draws in place, fits a smaller window, and gives the terminal back', async () => {
    const { parts, status } = await atTerminal(
      [{ until: 'O:1' }, { size: [5, 20], until: '\u001b[J' }, { type: INTERRUPT }],
      ['monitor'],
    );
    expect(status).toBe(0);
    expect(parts[0]).toContain('Engine: engine-1 [RUNNING]');
    expect(parts[0]).toContain('Model:  triple (python3)');
    const small = parts[1]!.slice(0, parts[1]!.indexOf('\u001b[J'));
    const lines = small.replaceAll('\u001b[H', '').replaceAll('\u001b[2K', '').split('\r\n');
    expect(lines).toHaveLength(5);
    expect(Math.max(...lines.map((line) => line.length))).toBe(20);
    expect(parts.at(-1)).toContain(LEAVE);
    expect(parts.at(-1)!.split(LEAVE)[1]).toContain('Engine: engine-1 [RUNNING]');
  });

  test('--watch goes on until Ctrl-C', async () => {
    const { parts, status } = await atTerminal(
      [{ until: 'RUNNING' }, { type: INTERRUPT }],
      ['engine', 'inspect', '--watch'],
    );
    expect(status).toBe(0);
    expect(parts.at(-1)).toMatch(/RUNNING\r\n$/);
  });

  test('model interact shows outputs and rejects, and remembers lines from call to call', async () => {
    const first = await atTerminal(
      [
        { until: '> ' },
        { type: '7\r', until: '\r\n21\r\n' },
        { type: 'x\r', until: 'REJECTED-By-Encoding:0: x' },
        { type: END },
      ],
      ['model', 'interact'],
    );
    expect(first.status).toBe(0);
    const second = await atTerminal(
      [{ until: '> ' }, { type: `${UP}${UP}\r`, until: '\r\n21\r\n' }, { type: END }],
      ['model', 'interact'],
    );
    expect(second.parts[1]).toContain('\r\n21\r\n');
    expect(second.status).toBe(0);
  });
});
