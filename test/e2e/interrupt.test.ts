import type { ChildProcess } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWithBoth, describeWithPython } from '../languages.ts';
import type { Finished } from './support/run-binary.ts';
import type { Sandbox } from './support/sandbox.ts';
import { openSandbox } from './support/sandbox.ts';
import { waitFor } from './support/wait-for.ts';

/** The models say which process they are in, and then hang, deaf to what a process can be deaf to. */
const FILES = {
  'begin.py': `import os, signal

def begin():
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    print("hangs in", os.getpid(), flush=True)
    while True: pass

def action(x): yield x
`,
  'action.py': `import os, signal

def action(x):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    print("hangs in", os.getpid(), flush=True)
    while True: pass
`,
  'begin.R': `begin <- function() {
  cat("hangs in", Sys.getpid(), "\\n")
  repeat {}
}
action <- function(x) emit(x)
`,
  'action.R': `action <- function(x) {
  cat("hangs in", Sys.getpid(), "\\n")
  repeat {}
}
`,
  'child.py': `import os, subprocess

def action(x):
    child = subprocess.Popen(["sleep", "1000"])
    print("hangs in", os.getpid(), flush=True)
    print("hangs in", child.pid, flush=True)
    child.wait()
`,
  'echo.py': 'def action(x): yield x\n',
  'in.jsonl': '1\n2\n',
};

let box: Sandbox;
beforeAll(async () => {
  box = await openSandbox(FILES);
});
afterAll(() => box.close());

interface Started {
  readonly child: ChildProcess;
  readonly finished: Promise<Finished>;
}

/** `fastscore run` of a model, on an input that does not end. */
function start(model: string, ...options: string[]): Started {
  const children: ChildProcess[] = [];
  const finished = box.fastscore(['run', model, `exec:tail -n +1 -f ${join(box.directory, 'in.jsonl')}`, ...options], {
    detached: true,
    onStart: (child) => void children.push(child),
  });
  return { child: children[0]!, finished };
}

/** The processes that say that they hang, as soon as there are `count`. */
async function hanging({ child }: Started, count: number): Promise<number[]> {
  const said: string[] = [];
  child.stderr!.on('data', (chunk: Buffer) => void said.push(chunk.toString()));
  return await waitFor(`${count} processes hang`, () => {
    const found = [...said.join('').matchAll(/^hangs in (\d+)/gm)].map((match) => Number(match[1]));
    return found.length >= count && found;
  });
}

async function expectNothingLeft(processes: readonly number[]): Promise<void> {
  for (const pid of processes) await waitFor(`process ${pid} is gone`, () => isGone(pid));
  expect(await readdir(join(box.home, 'jets'))).toEqual([]);
}

/** A dead process that nobody has asked about yet does not count. */
async function isGone(pid: number): Promise<boolean> {
  const state = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => 'gone) Z');
  return state.slice(state.lastIndexOf(')')).startsWith(') Z');
}

const withoutHanging = (text: string): string => text.replaceAll(/^hangs in .*\n/gm, '');

describeWithBoth('Ctrl-C', () => {
  test.each(['begin.py', 'action.py', 'begin.R', 'action.R'])('ends a run whose %s hangs', async (model) => {
    const run = start(model);
    const jets = await hanging(run, 1);
    // As a terminal does it: to all processes of the group.
    process.kill(-run.child.pid!, 'SIGINT');
    const { status, stdout, stderr } = await run.finished;
    expect({ status, stdout, stderr: withoutHanging(stderr) }).toEqual({
      status: 130,
      stdout: '',
      stderr: 'Error: Interrupted\n',
    });
    await expectNothingLeft(jets);
  });
});

describeWithPython('a run that is told to stop', () => {
  test.each([
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('by %s exits with status %d', async (signal, status) => {
    const run = start('begin.py', '--scale', '2');
    const jets = await hanging(run, 2);
    run.child.kill(signal);
    const finished = await run.finished;
    expect({ ...finished, stderr: withoutHanging(finished.stderr) }).toEqual({
      status,
      stdout: '',
      stderr: `Error: Ended by ${signal}\n`,
    });
    await expectNothingLeft(jets);
  });

  test('takes along what its model has started', async () => {
    const run = start('child.py');
    const processes = await hanging(run, 2);
    run.child.kill('SIGINT');
    expect((await run.finished).status).toBe(130);
    await expectNothingLeft(processes);
  });

  test.each(['begin.py', 'action.py'])('twice ends at once, while %s hangs', async (model) => {
    const run = start(model);
    const jets = await hanging(run, 1);
    run.child.kill('SIGINT');
    run.child.kill('SIGTERM');
    expect([130, 143]).toContain((await run.finished).status);
    await expectNothingLeft(jets);
  });

  test('says so as data with --json', async () => {
    const run = start('action.py', '--json');
    const jets = await hanging(run, 1);
    run.child.kill('SIGTERM');
    const { status, stdout } = await run.finished;
    expect(status).toBe(143);
    expect(JSON.parse(stdout)).toMatchObject({ code: 'INTERRUPTED', status: 143 });
    await expectNothingLeft(jets);
  });

  test('says nothing more than that it was stopped', async () => {
    const run = start('echo.py');
    const printed: string[] = [];
    run.child.stdout!.on('data', (chunk: Buffer) => void printed.push(chunk.toString()));
    await waitFor('there is output', () => printed.length > 0);
    run.child.kill('SIGINT');
    const finished = await run.finished;
    expect(finished).toEqual({ status: 130, stdout: printed.join(''), stderr: 'Error: Interrupted\n' });
    await expectNothingLeft([]);
  });
});
