import { expect, vi } from 'vitest';
import { sampleSnapshot } from '../../../server/sample-snapshot.ts';
import type { Fleet } from './fleet.ts';
import { PYTHON3, REST, typed } from './fleet.ts';
import type { Part } from './row.ts';
import { row } from './row.ts';

const SNAPSHOTS = 'model-manage-1/1/model/m/snapshot';
const TALLY = `# fastscore.snapshots: eof
import fastscore

def begin():
    fastscore.cells('sum').init(0)

def action(x):
    yield fastscore.cells('sum').update(lambda v: v + x)
`;
const TWINS = ['twinaaaa', 'twinbbbb'] as const;
const INLINE = '{"Transport":{"Type":"inline","Data":["1","2"]},"Encoding":"json"}';

interface Metadata {
  readonly id: string;
  readonly created_on: string;
  readonly type: string;
  readonly size: number;
}

const list = async ({ get }: Fleet, query = '') => (await get(`${SNAPSHOTS}${query}`)) as Metadata[];

export const snapshots: Part = {
  title: 'Snapshots',
  rows: [
    row('GET .../snapshot: 403 no such model, [] when it has none', async (fleet) => {
      await fleet.refuses(403, 'GET', SNAPSHOTS);
      await fleet.answers(201, 'PUT', 'model-manage-1/1/model/m', typed(PYTHON3, TALLY));
      expect(await list(fleet)).toEqual([]);
    }),
    row('a run stores one at its end, with all four fields', async (fleet) => {
      for (const count of [1, 2]) {
        await fleet.run(TALLY, [INLINE, '{"Transport":"discard"}']);
        await vi.waitFor(async () => expect(await list(fleet)).toHaveLength(count), 30_000);
      }
      for (const one of await list(fleet)) {
        expect(one).toMatchObject({ id: expect.stringMatching(/^[a-z0-9]{8}$/), type: expect.any(String) });
        expect(one.created_on).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
        expect(Number.isInteger(one.size)).toBe(true);
      }
    }),
    row('GET .../snapshot?count: the newest first', async (fleet) => {
      const all = await list(fleet);
      expect(await list(fleet, '?count=1')).toEqual(all.slice(0, 1));
      expect(Date.parse(all[0]!.created_on)).toBeGreaterThanOrEqual(Date.parse(all[1]!.created_on));
    }),
    row('GET .../snapshot?date-range: either side may be missing', async (fleet) => {
      const today = new Date().toISOString().slice(0, 10);
      const range = (text: string) => list(fleet, `?date-range=${encodeURIComponent(text)}`);
      expect(await range('2017-04-11--2017-04-13')).toEqual([]);
      expect(await range('--2018-02-01T08:00:00+00:00')).toEqual([]);
      expect(await range('2018-01-01T00:00:00+00:00--')).toHaveLength(2);
      expect(await range(`${today}--${today}`)).toHaveLength(2);
    }),
    row('GET .../snapshot/PREFIX/metadata', async (fleet) => {
      const [newest] = await list(fleet);
      expect(await fleet.get(`${SNAPSHOTS}/${newest!.id.slice(0, 7)}/metadata`)).toMatchObject(newest!);
      await fleet.refuses(404, 'GET', `${SNAPSHOTS}/0000zzzz/metadata`);
    }),
    row('GET .../snapshot/PREFIX/contents: text only, as long as it says (G19)', async (fleet) => {
      const [newest] = await list(fleet);
      const reply = await fleet.answers(200, 'GET', `${SNAPSHOTS}/${newest!.id}/contents`, {
        headers: { Accept: 'application/octet-stream' },
      });
      expect(reply.bytes.length).toBe(newest!.size);
      expect(reply.bytes.every((byte) => byte < 0x80)).toBe(true);
      expect(reply.headers['content-disposition'] ?? 'filename=x').toMatch(/filename=[^ /]+/);
    }),
    row('GET .../snapshot/PREFIX: multipart/mixed, metadata and contents', async (fleet) => {
      const [newest] = await list(fleet);
      const reply = await fleet.answers(200, 'GET', `${SNAPSHOTS}/${newest!.id}`);
      expect(reply.headers['content-type']).toMatch(/^multipart\/mixed; ?boundary=/);
      expect(reply.text).toContain(newest!.id);
    }),
    row('PUT .../snapshot/ID: 201, 400 when there is one', async (fleet) => {
      for (const id of TWINS) {
        const contents = typed('application/octet-stream', await sampleSnapshot({ id }));
        await fleet.answers(201, 'PUT', `${SNAPSHOTS}/${id}`, contents);
        await fleet.refuses(400, 'PUT', `${SNAPSHOTS}/${id}`, contents);
      }
    }),
    row('a beginning that two have is 300 in words', async (fleet) => {
      for (const path of ['twin', 'twin/metadata', 'twin/contents']) {
        await fleet.refuses(300, 'GET', `${SNAPSHOTS}/${path}`);
      }
      await fleet.refuses(300, 'DELETE', `${SNAPSHOTS}/twin`);
      for (const id of TWINS) await fleet.answers(204, 'DELETE', `${SNAPSHOTS}/${id}`);
    }),
    row('PUT .../snapshot/ID as multipart/mixed and multipart/form-data', async (fleet) => {
      const [id] = TWINS;
      const contents = (await sampleSnapshot({ id })).toString();
      for (const type of ['multipart/mixed', 'multipart/form-data']) {
        const body = `--b\r\nContent-Type: application/octet-stream\r\n\r\n${contents}\r\n--b--\r\n`;
        await fleet.answers(201, 'PUT', `${SNAPSHOTS}/${id}`, typed(`${type}; boundary=b`, body));
        await fleet.answers(204, 'DELETE', `${SNAPSHOTS}/${id}`);
      }
    }),
    row('PUT /1/job/state: what contents said comes back, 403 damaged', async (fleet) => {
      const [newest] = await list(fleet);
      const { bytes } = await fleet.call('GET', `${SNAPSHOTS}/${newest!.id}/contents`);
      await fleet.answers(204, 'POST', 'engine-1/2/engine/reset');
      await fleet.answers(204, 'PUT', 'engine-1/1/job/state', typed('application/octet-stream', bytes));
      await fleet.refuses(403, 'PUT', 'engine-1/1/job/state', typed('application/octet-stream', bytes.subarray(0, 40)));
      await fleet.answers(204, 'PUT', 'engine-1/1/job/model', typed(PYTHON3, TALLY));
      for (const slot of [0, 1]) await fleet.answers(204, 'PUT', `engine-1/2/active/stream/${slot}`, { body: REST });
      await fleet.answers(204, 'POST', 'engine-1/1/job/input', { body: '1' });
      expect(await fleet.output()).toBe('4');
    }),
    row('DELETE .../snapshot/PREFIX', async (fleet) => {
      for (const { id } of await list(fleet)) await fleet.answers(204, 'DELETE', `${SNAPSHOTS}/${id}`);
      await fleet.refuses(404, 'DELETE', `${SNAPSHOTS}/0000zzzz`);
    }),
  ],
};
