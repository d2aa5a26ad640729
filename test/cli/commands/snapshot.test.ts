import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { sampleSnapshot } from '../../server/sample-snapshot.ts';
import { temporaryFolder } from '../../util/temporary-folder.ts';
import { useServer } from './server.ts';

const server = useServer();
const bytes = await sampleSnapshot({ id: 'k3v9qd2m', model: 'tally', total: 19 });

beforeEach(async () => {
  for (const model of ['tally', 'other']) await server.stdout(`model add ${model} --type R`, { stdin: 'x' });
  await server.stdout('snapshot import tally', { stdin: bytes.toString() });
});

describe('snapshots', () => {
  it('are listed by id, and with -v in a table', async () => {
    expect(await server.stdout('snapshot list tally')).toBe('k3v9qd2m\n');
    expect(await server.stdout('snapshot list tally -v -count:1')).toBe(
      [
        'Id        Model    Date/Time             Type      Size',
        '--------  -------  --------------------  ------  ------',
        `k3v9qd2m  tally    2026-03-01T08:30:00Z  FST1       ${bytes.length}`,
        '',
      ].join('\n'),
    );
    expect(await server.stdout('snapshot list other')).toBe('');
    expect(await server.stdout('snapshot list other -v')).toBe('No snapshots found\n');
    expect(await server.stdout('snapshot list tally --since 2026-03-02')).toBe('');
    expect(await server.json('snapshot list tally')).toEqual([
      {
        id: 'k3v9qd2m',
        model: 'tally',
        created_on: '2026-03-01T08:30:00Z',
        stype: 'FST1',
        size: bytes.length,
        pinned: false,
      },
    ]);
  });

  it('are pruned, unless they are pinned', async () => {
    expect(await server.stdout('snapshot pin tally k3v -v')).toBe("Snapshot 'k3v9qd2m' pinned\n");
    expect(await server.json('snapshot list tally')).toMatchObject([{ pinned: true }]);
    const other = Buffer.from(bytes.toString().replace('k3v9qd2m', 'aaaa1111'));
    const sum = createHash('sha256')
      .update(other.subarray(0, other.lastIndexOf('\n', -2) + 1))
      .digest('hex');
    const stdin = other.toString().replace(/"sha256":"[0-9a-f]+"/, `"sha256":"${sum}"`);
    await server.stdout('snapshot import tally', { stdin });
    expect(await server.stdout('snapshot prune tally --keep 1')).toBe('');
    expect(await server.stdout('snapshot pin tally k3v --off')).toBe('');
    expect(await server.stdout('snapshot prune tally --keep 1')).toBe('k3v9qd2m\n');
    expect(await server.run('snapshot prune tally')).toMatchObject({
      status: 2,
      stderr: 'Error: Say how many snapshots stay\nTry: fastscore snapshot prune tally --keep 10\n',
    });
  });

  it('are shown by a beginning of their id', async () => {
    expect(await server.stdout('snapshot show tally k3v')).toBe(
      `id:         k3v9qd2m\ncreated-on: 2026-03-01T08:30:00Z\nstype:      FST1\nsize:       ${bytes.length}\n`,
    );
    expect(await server.json('snapshot describe tally k3v')).toMatchObject({ id: 'k3v9qd2m', stype: 'FST1' });
  });

  it('that are unknown or ambiguous are told of', async () => {
    await server.stdout('snapshot import tally', {
      stdin: (await sampleSnapshot({ id: 'k3zzzzzz', model: 'tally' })).toString(),
    });
    expect(await server.run('snapshot show tally zz')).toMatchObject({
      status: 5,
      stderr: expect.stringContaining("Error: Model 'tally' has no snapshot 'zz'\n"),
    });
    const ambiguous = await server.run('snapshot remove tally k3');
    expect(ambiguous.status).toBe(2);
    expect(ambiguous.stderr).toMatch(/k3v9qd2m.*k3zzzzzz|k3zzzzzz.*k3v9qd2m/s);
  });

  it('are restored: the newest, or a certain one', async () => {
    expect(await server.stdout('snapshot restore tally -v')).toBe('Model state restored\n');
    expect(server.engine.restored).toEqual({ id: 'k3v9qd2m', model: 'tally', trust: true });
    expect(await server.json('snapshot restore tally k3v')).toEqual({
      id: 'k3v9qd2m',
      model: 'tally',
      result: 'restored',
    });
    expect(await server.run('snapshot restore other')).toMatchObject({
      status: 5,
      stderr: expect.stringContaining("Error: No snapshots found of model 'other'\nHint: A model takes one"),
    });
  });

  it('are not restored while the engine runs', async () => {
    server.engine.state = 'running';
    expect(await server.run('snapshot restore tally')).toMatchObject({
      status: 6,
      stderr: 'Error: Unable to restore model state\n  Caused by: Error: The engine is running\n',
    });
  });

  it('of another model are restored with a warning', async () => {
    await server.stdout('model add gain --type R', { stdin: 'x' });
    await server.stdout('model load gain');
    expect(await server.run('snapshot restore tally')).toEqual({
      status: 0,
      stdout: '',
      stderr: "Warning: the snapshot is of model 'tally', the loaded model is 'gain'\n",
    });
  });

  it('are taken on demand', async () => {
    expect(await server.run('snapshot create')).toMatchObject({ status: 5 });
    await server.stdout('model add gain --type R', { stdin: 'x' });
    await server.stdout('model load gain');
    expect(await server.stdout('snapshot create')).toBe('abcd1234\n');
    expect(await server.json('snapshot create --note upgrade')).toMatchObject({ id: 'abcd1234', model: 'gain' });
  });

  it('are exported byte by byte, and imported', async () => {
    const cwd = temporaryFolder();
    expect(await server.stdout('snapshot export tally latest')).toBe(bytes.toString());
    expect(await server.stdout('snapshot export tally k3v out -v', { cwd })).toBe(
      "Snapshot 'k3v9qd2m' written to out\n",
    );
    expect(readFileSync(join(cwd, 'out'))).toEqual(bytes);
    expect(await server.stdout('snapshot remove tally k3v -v')).toBe("Snapshot 'k3v' removed\n");
    expect(await server.stdout('snapshot import tally out -v', { cwd })).toBe("Snapshot 'k3v9qd2m' imported\n");
    expect(await server.run('snapshot import other out', { cwd })).toMatchObject({
      status: 0,
      stderr: "Warning: the snapshot was taken of model 'tally'\n",
    });
    expect(await server.run('snapshot export tally latest nosuch/out', { cwd })).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('Error: nosuch/out cannot be written'),
    });
  });

  it.each([
    ['cut', (text: string) => text.slice(0, -20)],
    ['altered', (text: string) => text.replace('19', '91')],
    ['something else', () => 'hello\n'],
  ])('that are %s are not imported', async (_, change) => {
    await server.stdout('snapshot remove tally k3v');
    const { status, stderr } = await server.run('snapshot import tally', { stdin: change(bytes.toString()) });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^Error: /);
    expect(await server.stdout('snapshot list tally')).toBe('');
  });

  it('are compared, also with files', async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, 'old'), await sampleSnapshot({ model: 'tally', total: 6, isNative: true }));
    expect(await server.stdout('snapshot diff tally old', { cwd })).toBe(
      "- cell 'object': <python object of 6 bytes>\n~ cell 'total': 6 -> 19\n",
    );
    expect(await server.json('snapshot diff tally old', { cwd })).toEqual({
      before: 'abcd1234',
      after: 'k3v9qd2m',
      differences: [
        { kind: 'removed', cell: 'object', before: { language: 'python', bytes: 6 } },
        { kind: 'changed', cell: 'total', before: 6, after: 19 },
      ],
    });
    expect(await server.stdout('snapshot diff tally latest')).toBe('');
    expect((await server.run('snapshot diff tally old --exit-code', { cwd })).status).toBe(8);
  });
});
