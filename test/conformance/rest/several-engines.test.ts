import process from 'node:process';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { zipOf } from '../../services/clients/support/zip.ts';
import type { Fleet } from './reference/fleet.ts';
import { modelNamed, PYTHON3, REST, startFleet, typed } from './reference/fleet.ts';

const TALLY = `# fastscore.snapshots: eof
import fastscore

def begin():
    fastscore.cells('sum').init(0)

def action(x):
    yield fastscore.cells('sum').update(lambda v: v + x)
`;
const ENGINES = ['engine-1', 'engine-2'] as const;
const CLIENTS = 40;

let fleet: Fleet;
beforeAll(async () => {
  fleet = await startFleet();
});
afterAll(() => fleet.close());

const roundtrip = async (engine: string, record: number): Promise<string> =>
  (await fleet.answers(200, 'POST', `${engine}/2/active/model/roundtrip/0/1?timeout=30`, { body: `${record}` })).text;
const jetsOf = async (engine: string) =>
  ((await fleet.get(`${engine}/2/active/model`)) as { jets: { pid: number; sandbox: string }[] }).jets;
const sumOf = async (engine: string) => (await fleet.get(`${engine}/2/active/state/cell/sum`)) as { json: string };
const snapshots = async () => (await fleet.get('model-manage-1/1/model/tally/snapshot')) as { id: string }[];

describe('two engines in one server', () => {
  /** Both engines run the same model, with REST at both ends. */
  beforeEach(async () => {
    for (const engine of ENGINES) {
      await fleet.answers(204, 'POST', `${engine}/2/engine/reset`);
      await fleet.answers(204, 'PUT', `${engine}/1/job/model`, modelNamed('tally', TALLY));
      for (const slot of [0, 1]) {
        await fleet.answers(204, 'PUT', `${engine}/2/active/stream/${slot}`, { body: REST });
      }
    }
  });

  test('have states, jets and streams of their own', async () => {
    expect(await roundtrip('engine-1', 5)).toBe('5');
    expect(await roundtrip('engine-2', 70)).toBe('70');
    expect(await roundtrip('engine-1', 1)).toBe('6');
    expect([(await sumOf('engine-1')).json, (await sumOf('engine-2')).json]).toEqual(['6', '70']);
    await fleet.answers(204, 'POST', 'engine-1/2/active/model/scale', { body: '2' });
    await vi.waitFor(async () => expect(await jetsOf('engine-1')).toHaveLength(2), 30_000);
    const pids = (await Promise.all(ENGINES.map(jetsOf))).flat().map(({ pid }) => pid);
    expect(pids).toHaveLength(3);
    expect(new Set(pids).size).toBe(3);
    await fleet.answers(204, 'POST', 'engine-1/2/engine/reset');
    expect(await roundtrip('engine-2', 1)).toBe('71');
  });

  test('a jet of one that is killed is replaced there, and the other one hears nothing of it', async () => {
    await roundtrip('engine-1', 5);
    await roundtrip('engine-2', 7);
    const [mine] = await jetsOf('engine-1');
    const others = await jetsOf('engine-2');
    process.kill(mine!.pid, 'SIGKILL');
    await vi.waitFor(async () => {
      const [now] = await jetsOf('engine-1');
      expect(now).toBeDefined();
      expect(now!.pid).not.toBe(mine!.pid);
    }, 30_000);
    expect(await roundtrip('engine-2', 1)).toBe('8');
    expect(await jetsOf('engine-2')).toEqual(others);
    expect(await roundtrip('engine-1', 1)).toBe('6');
  });

  test('take snapshots of their own states, and restore those of each other', async () => {
    await roundtrip('engine-1', 5);
    await roundtrip('engine-2', 7);
    const [one, two] = await Promise.all(
      ENGINES.map(async (engine) => (await fleet.call('POST', `${engine}/2/active/snapshot`)).json() as { id: string }),
    );
    expect((await snapshots()).map(({ id }) => id).sort()).toEqual([one!.id, two!.id].sort());
    const contents = (await fleet.call('GET', `model-manage-1/1/model/tally/snapshot/${two!.id}/contents`)).bytes;
    await fleet.answers(204, 'POST', 'engine-1/2/engine/reset');
    await fleet.answers(204, 'PUT', 'engine-1/1/job/state', typed('application/octet-stream', contents));
    expect([(await sumOf('engine-1')).json, (await sumOf('engine-2')).json]).toEqual(['7', '7']);
    expect(await roundtrip('engine-2', 1)).toBe('8');
  });

  test(`answer ${CLIENTS} clients at once, each with what is its own`, async () => {
    const clients = Array.from({ length: CLIENTS }, async (_, number) => {
      const engine = ENGINES[number % 2]!;
      await fleet.answers(204, 'PUT', `${engine}/2/active/state/cell/c${number}`, { body: `${number}` });
      const { json } = (await fleet.get(`${engine}/2/active/state/cell/c${number}`)) as { json: string };
      const [status, records] = [await fleet.get(`${engine}/1/job/status?return=state`), await roundtrip(engine, 1)];
      return { json, status, records: Number(records) };
    });
    const answers = await Promise.all(clients);
    expect(answers.map(({ json }) => Number(json))).toEqual(answers.map((_, number) => number));
    for (const { status } of answers) expect(status).toEqual({ state: 'running' });
    for (const index of [0, 1]) {
      const sums = answers.filter((_, number) => number % 2 === index).map(({ records }) => records);
      // Each sum is seen once: nobody got what belongs to somebody else.
      expect(sums.toSorted((a, b) => a - b)).toEqual(Array.from({ length: CLIENTS / 2 }, (_, number) => number + 1));
    }
  });
});

test.each(['../evil.txt', '/etc/evil.txt', 'a/../../evil.txt'])(
  'an attachment with the member %j is refused when it is to be loaded',
  async (member) => {
    const archive = zipOf({ 'fine.txt': 'x', [member]: 'x' });
    const path = 'model-manage-1/1/model/boxed';
    await fleet.answers(201, 'PUT', path, typed(PYTHON3, TALLY));
    await fleet.answers(201, 'PUT', `${path}/attachment/a.zip`, typed('application/zip', archive));
    const body = [
      '--b',
      'Content-Disposition: attachment; filename="a.zip"',
      'Content-Type: message/external-body; access-type=x-model-manage; ref="urn:fastscore:attachment:boxed:a.zip"',
      '',
      'Content-Type: application/zip',
      '',
      '',
      '--b',
      'Content-Disposition: x-model; name="boxed"',
      `Content-Type: ${PYTHON3}`,
      '',
      TALLY,
      '--b--',
      '',
    ].join('\r\n');
    const load = typed('multipart/mixed; boundary=b', body);
    expect((await fleet.refuses(400, 'PUT', 'engine-1/1/job/model', load)).text).toContain(member);
    await fleet.answers(204, 'DELETE', path);
  },
);
