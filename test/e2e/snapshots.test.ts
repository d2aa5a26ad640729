import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packageRoot } from '../../src/util/package-root.ts';
import { describeWithBoth, describeWithPython } from '../languages.ts';
import { MODELS } from './support/models.ts';
import type { Sandbox } from './support/sandbox.ts';
import { openSandbox } from './support/sandbox.ts';

let box: Sandbox;
beforeAll(async () => {
  box = await openSandbox({ ...MODELS });
});
afterAll(() => box.close());

describeWithBoth('snapshots of a stored model', () => {
  test('are taken at the end of the input, listed, and restored, in either language', async () => {
    await box.ok('model', 'add', 'sum', 'sum.py');
    await box.ok('run', 'sum', 'inline:1,2,3', 'discard:', '--wait');
    expect(await box.ok('engine', 'inspect')).toBe('FINISHED\n');
    const id = (await box.ok('snapshot', 'list', 'sum')).trim();
    expect(id).toMatch(/^[a-z0-9]{8}$/);
    expect(await box.ok('snapshot', 'list', 'sum', '-v')).toMatch(
      new RegExp(
        `^Id        Model    Date/Time             Type      Size\n[- ]+\n${id}  sum      \\d{4}-\\d\\d-\\d\\dT[\\d:]{8}Z  FST1       \\d{3}\n$`,
      ),
    );
    expect(await box.ok('snapshot', 'show', 'sum', id.slice(0, 4))).toMatch(
      new RegExp(`^id:         ${id}\ncreated-on: .+Z\nstype:      FST1\nsize:       \\d+\n$`),
    );
    await box.ok('engine', 'reset');
    expect(await box.ok('state', 'list', '--json')).toBe('[]\n');
    // The same name, now in the other language.
    expect(await box.ok('model', 'add', 'sum', 'sum.R', '-v')).toBe('Model updated\n');
    expect(await box.ok('snapshot', 'restore', 'sum', '-v')).toBe('Model state restored\n');
    expect(await box.ok('state', 'get', 'sum')).toBe('6\n');
    await box.ok('run', 'sum', 'inline:4', 'rest:', '--wait');
    expect(await box.ok('model', 'output', '-c')).toBe('10\n(EOF)\n');
    expect(await box.ok('snapshot', 'diff', 'sum', id)).toBe("~ cell 'sum': 6 -> 10\n");
    expect((await box.fastscore(['snapshot', 'diff', 'sum', id, '--exit-code'])).status).toBe(8);
  });

  test('are taken on demand while the job runs, exported, removed, imported', async () => {
    await box.ok('engine', 'reset');
    await box.ok('run', 'sum', 'rest:', 'rest:');
    await box.fastscore(['model', 'input'], { input: '7\n' });
    expect(await box.ok('model', 'output')).toBe('7\n');
    const id = (await box.ok('snapshot', 'create', '--note', 'by hand')).trim();
    expect(await box.ok('snapshot', 'list', 'sum', '--count', '1')).toBe(`${id}\n`);
    const text = await box.ok('snapshot', 'export', 'sum', id);
    expect(text).toContain('\n{"cell":"sum","value":7}\n');
    expect(await box.ok('snapshot', 'export', 'sum', 'latest', 'kept', '-v')).toBe(
      `Snapshot '${id}' written to kept\n`,
    );
    expect(await box.ok('snapshot', 'remove', 'sum', id, '-v')).toBe(`Snapshot '${id}' removed\n`);
    expect((await box.fastscore(['snapshot', 'show', 'sum', id])).status).toBe(5);
    expect(await box.ok('snapshot', 'import', 'sum', 'kept', '-v')).toBe(`Snapshot '${id}' imported\n`);
    expect(await box.ok('snapshot', 'export', 'sum', id)).toBe(text);
    await box.ok('engine', 'reset');
  });

  test('are named by beginnings that only one has', async () => {
    await box.ok('snapshot', 'export', 'sum', 'latest', 'one');
    const ids = (await box.ok('snapshot', 'list', 'sum')).trim().split('\n');
    const letters = ids.map((id) => id[0]);
    const unique = ids.find((id) => letters.indexOf(id[0]) === letters.lastIndexOf(id[0]));
    if (unique !== undefined) {
      expect(await box.ok('snapshot', 'show', 'sum', unique.slice(0, 1))).toContain(unique);
    }
    expect(await box.fastscore(['snapshot', 'show', 'sum', 'zzzzzzzz'])).toMatchObject({
      status: 5,
      stderr:
        "Error: Cannot retrieve snapshot 'zzzzzzzz' metadata\n  Caused by: Error: Model 'sum' has no snapshot 'zzzzzzzz'\nTry: fastscore snapshot list sum\n",
    });
  });
});

describeWithPython('a disk that is full', () => {
  test('fails the run, and leaves old snapshots whole and no half one', async () => {
    await box.write(
      'large.py',
      "# fastscore.snapshots: eof\nimport fastscore\np = fastscore.pools('p')\n\n" +
        "def action(n):\n    for i in range(n):\n        p.set(str(i), 'x' * 100)\n    yield n\n",
    );
    expect(await box.ok('run', 'large.py', 'inline:1')).toBe('1\n');
    const before = await readdir(snapshotFolder(), { recursive: true });
    // No file may grow beyond 64 KiB: what a full disk does, without filling one.
    const script = `ulimit -f 64; exec "$0" run large.py inline:2000`;
    const binary = join(packageRoot, 'bin', 'fastscore');
    const failed = await promisify(execFile)('bash', ['-c', script, binary], {
      cwd: box.directory,
      env: { ...process.env, FASTSCORE_HOME: box.home },
    }).catch((error: { code: number; stdout: string; stderr: string }) => error);
    expect(failed).toMatchObject({ code: 1, stdout: '2000\n' });
    expect(failed.stderr).toMatch(
      /^Error: Cannot save snapshot '\w{8}' of model 'large': file too large \(EFBIG\).*\n$/,
    );
    expect(await readdir(snapshotFolder(), { recursive: true })).toEqual(before);
    expect(await box.ok('snapshot', 'export', 'large', 'latest')).toContain('{"pool":"p","item":"0"');
  });

  const snapshotFolder = () => join(box.home, 'catalog', 'snapshots');
});

describe('snapshots of an unknown model', () => {
  test('are a model that is not found', async () => {
    expect(await box.fastscore(['snapshot', 'list', 'nosuch'])).toMatchObject({ status: 5, stdout: '' });
  });
});
