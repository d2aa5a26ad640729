import type { ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { JobStatus } from '../../src/api/shapes.ts';
import { describeWithBoth, describeWithPython } from '../languages.ts';
import type { Sandbox } from './support/sandbox.ts';
import { openSandbox } from './support/sandbox.ts';
import { waitFor } from './support/wait-for.ts';

const TOTAL = `import fastscore, time

total = fastscore.Cell('total')

def action(x):
    total.update(lambda n: (n or 0) + 1)
    if x == 1500:
        print('at 1500', flush=True)
        time.sleep(600)
    yield x
`;

/** Each leaves a process of its own session behind, which holds the pipes of the jet, and says which. */
const CHILDREN = {
  'child.py': `import os, subprocess

def begin():
    child = subprocess.Popen(['sleep', '600'], start_new_session=True)
    with open(os.environ['CHILDREN'], 'a') as file:
        print(child.pid, file=file)

def action(x):
    yield x
`,
  'child.R': `begin <- function() system(paste("setsid sleep 600 & echo $! >>", Sys.getenv("CHILDREN")))
action <- function(x) emit(x)
`,
} as const;

let box: Sandbox;
const at = (name: string): string => join(box.directory, name);

beforeEach(async () => {
  const input = Array.from({ length: 5000 }, (_, index) => `${index + 1}\n`).join('');
  const rule = '# fastscore.snapshots: every 100ms\n';
  box = await openSandbox({ 'total.py': TOTAL, 'ruled.py': rule + TOTAL, ...CHILDREN, 'in.jsonl': input });
});

afterEach(() => box.close());

const status = async (): Promise<JobStatus> => JSON.parse(await box.ok('job', 'status', '--json')) as JobStatus;

describeWithPython('a jet that is stuck in a batch', () => {
  test('is shown by job status, and a snapshot that waits for it is given up when the job is stopped', async () => {
    await box.ok('model', 'add', 'total', 'total.py');
    await box.ok('job', 'run', 'total', 'file:in.jsonl', 'discard:');
    const isAtIt = ({ work }: JobStatus['jets'][number]) => (work?.ms ?? 0) > 1000;
    await waitFor('the jet is stuck', async () => (await status()).jets.some(isAtIt));
    const taking = box.fastscore(['snapshot', 'create']);
    await waitFor('the snapshot waits', async () => (await status()).waits.some((wait) => wait.for === 'snapshot'));
    const shown = await box.ok('job', 'status');
    expect(shown).toMatch(/\n {5}1 +inline\S+ .* False\n/);
    expect(shown).toMatch(
      /\nWaiting:\n {2}a snapshot, for .* s of at most 60 s, on jet 1\n {2}jet 1 is at records? .* of slot 0 for .* s\n$/,
    );
    await box.ok('job', 'stop');
    const { status: exit, stderr } = await taking;
    expect(stderr).toContain(
      'The snapshot has been given up: the run has ended in the middle of a batch (jet 1, at record',
    );
    expect(exit).toBe(6);
    expect(await box.ok('snapshot', 'list', 'total')).toBe('');
  });

  test('makes nobody wait longer for a snapshot than they want to', async () => {
    await box.ok('model', 'add', 'total', 'total.py');
    await box.ok('job', 'run', 'total', 'file:in.jsonl', 'discard:');
    const isAtIt = ({ work }: JobStatus['jets'][number]) => (work?.ms ?? 0) > 1000;
    await waitFor('the jet is stuck', async () => (await status()).jets.some(isAtIt));
    const { status: exit, stderr } = await box.fastscore(['snapshot', 'create', '--timeout', '0.5']);
    expect(stderr).toContain('The snapshot has been given up after 0.5 s: still at work: jet 1, at record');
    expect(exit).toBe(7);
    await box.ok('job', 'stop', '--force');
  });

  test.each(['SIGTERM', 'SIGINT'] as const)('never comes into a snapshot of a run that ends by %s', async (signal) => {
    let run: ChildProcess | undefined;
    let stderr = '';
    const ended = box.fastscore(['run', 'ruled.py', 'in.jsonl', 'discard:'], {
      onStart: (child) => {
        run = child;
        child.stderr?.on('data', (chunk: Buffer) => {
          stderr += chunk.toString('utf8');
        });
      },
    });
    await waitFor('the jet is stuck', () => stderr.includes('at 1500'));
    // By then the next snapshot waits.
    const since = performance.now();
    await waitFor('a snapshot is due', () => performance.now() - since > 300);
    run?.kill(signal);
    expect((await ended).status).toBe(signal === 'SIGTERM' ? 143 : 130);
    await box.ok('model', 'add', 'ruled', 'ruled.py');
    const ids = (JSON.parse(await box.ok('snapshot', 'list', 'ruled', '--json')) as { id: string }[]).map(
      ({ id }) => id,
    );
    for (const id of ids) {
      await box.ok('snapshot', 'export', 'ruled', id, `${id}.snap`);
      const [header, cell] = (await readFile(at(`${id}.snap`), 'utf8')).split('\n');
      const { records } = JSON.parse(header!) as { records: { in: Record<string, number> } };
      const { value } = JSON.parse(cell!) as { value?: number };
      expect(value ?? 0).toBe(records.in[0]);
    }
  });
});

describeWithBoth('a process that a model has started in a session of its own', () => {
  afterEach(async () => {
    const pids = (await readFile(at('children'), 'utf8')).trim().split('\n').map(Number);
    for (const pid of pids) process.kill(pid, 'SIGKILL');
  });
  const withChildren = (args: readonly string[]) => box.fastscore(args, { env: { CHILDREN: at('children') } });

  test.each(Object.keys(CHILDREN))('keeps neither a run nor the engine from ending: %s', async (file) => {
    expect(await withChildren(['run', file, 'inline:1,2', '-'])).toMatchObject({ status: 0, stdout: '1\n2\n' });
    await withChildren(['engine', 'start']);
    await box.ok('model', 'add', 'child', file);
    await box.ok('job', 'run', 'child', 'inline:1,2', 'discard:', '--wait');
    await box.ok('job', 'stop');
    await box.ok('job', 'run', 'child', 'rest:', 'discard:');
    await box.ok('job', 'stop');
    await box.ok('job', 'run', 'child', 'rest:', 'discard:');
    await box.ok('engine', 'stop');
    expect(await box.fastscore(['engine', 'status'])).toMatchObject({ status: 3, stdout: 'stopped\n' });
  });
});

test('a number of jets before a run is for the next one, and says so; a reset goes back to one', async () => {
  expect(await box.fastscore(['job', 'scale', '3'])).toMatchObject({ status: 0, stderr: 'The next run has 3 jets\n' });
  expect((await status()).scale).toBe(3);
  await box.ok('engine', 'reset');
  expect((await status()).scale).toBe(1);
});
