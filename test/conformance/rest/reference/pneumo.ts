import { expect } from 'vitest';
import { WebSocket } from 'ws';
import type { Fleet } from './fleet.ts';
import { GAIN, json, modelNamed, REST } from './fleet.ts';
import type { Part } from './row.ts';
import { row } from './row.ts';

type Message = Record<string, unknown>;

/** Whatever comes while `act` goes on, until `isEnough`. */
async function heard(
  { url }: Fleet,
  query: string,
  isEnough: (messages: readonly Message[]) => boolean,
  act: () => Promise<unknown>,
  path = 'connect/2/pneumo',
): Promise<Message[]> {
  const origin = url.replace('http', 'ws');
  const socket = new WebSocket(`${origin}/api/1/service/${path}${query}`, { origin: url, perMessageDeflate: false });
  const messages: Message[] = [];
  const enough = new Promise<void>((resolve, reject) => {
    socket.on('message', (data, isBinary) => {
      expect(isBinary).toBe(false);
      messages.push(JSON.parse(String(data)) as Message);
      if (isEnough(messages)) resolve();
    });
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('closed')));
  });
  const opened = new Promise((resolve) => socket.once('open', resolve));
  await Promise.race([opened, enough]);
  await Promise.all([enough, act()]);
  socket.removeAllListeners('close');
  socket.terminate();
  return messages;
}

const has = (part: Message) => (messages: readonly Message[]) =>
  messages.some((message) => Object.entries(part).every(([key, value]) => message[key] === value));
const running = has({ type: 'engine-state', state: 'running' });

export const pneumo: Part = {
  title: 'Pneumo',
  rows: [
    row('WS /2/pneumo: what a start says, with the state committed before (G27)', async (fleet) => {
      const messages = await heard(fleet, '', running, () => fleet.run(GAIN));
      const changes = messages.filter(({ type }) => type === 'engine-config');
      for (const [item, op] of [
        ['model', 'load'],
        ['stream', 'attach'],
        ['jet', 'start'],
      ]) {
        expect(changes).toContainEqual(expect.objectContaining({ src: 'engine-1', item, op }));
      }
      for (const { item, ref } of changes) {
        if (item === 'stream') expect([0, 1]).toContain(ref);
        if (item === 'jet') expect(ref).toMatch(/^\d+$/);
      }
    }),
    row('each message: src, a timestamp with Z, a type that 1.10 knows', async (fleet) => {
      const messages = (await fleet.get('connect/2/pneumo')) as Message[];
      const types = ['health', 'log', 'model-console', 'engine-state', 'engine-config', 'sensor-report', 'model-error'];
      for (const message of messages) {
        expect(types).toContain(message.type);
        expect(message.src).toMatch(/^[\w-]+$/);
        expect(message.timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
      }
    }),
    row('WS /2/pneumo?src&type (G24)', async (fleet) => {
      const messages = await heard(fleet, '?src=engine-1&type=engine-state', running, async () => {
        await fleet.answers(204, 'POST', 'engine-1/2/engine/pause');
        await fleet.answers(204, 'POST', 'engine-1/2/engine/unpause');
      });
      for (const message of messages) expect(message).toMatchObject({ src: 'engine-1', type: 'engine-state' });
    }),
    row('WS /1/notify: the same, for Scala', async (fleet) => {
      const act = () => fleet.answers(204, 'PUT', 'engine-1/1/job/model', modelNamed('m', GAIN));
      await heard(fleet, '', has({ item: 'model', op: 'reload' }), act, 'connect/1/notify');
    }),
    row('a stream attached in its place is a reattach', async (fleet) => {
      const act = () => fleet.answers(204, 'PUT', 'engine-1/2/active/stream/0', { body: REST });
      await heard(fleet, '?type=engine-config', has({ item: 'stream', op: 'reattach', ref: 0 }), act);
    }),
    row('sensor-report: id, tap, data, delta_time, and deltaTime for Scala', async (fleet) => {
      const sensor = { Tap: 'sys.memory', Aggregate: 'sum', Report: { Interval: 0.05 } };
      let id = 0;
      const messages = await heard(
        fleet,
        '?src=engine-1&type=sensor-report',
        (all) => all.some((message) => message.id === id),
        async () => {
          const reply = await fleet.answers(200, 'POST', 'engine-1/2/active/sensor', json(sensor));
          ({ id } = reply.json() as { id: number });
        },
      );
      const report = messages.find((message) => message.id === id);
      expect(report).toMatchObject({ tap: 'sys.memory', data: expect.any(Number), delta_time: expect.any(Number) });
      expect(report?.deltaTime).toBe(report?.delta_time);
      await fleet.answers(204, 'DELETE', `engine-1/2/active/sensor/${id}`);
    }),
    row('on a reset: detach and stop first, init last (G26)', async (fleet) => {
      const act = () => fleet.answers(204, 'POST', 'engine-1/2/engine/reset');
      const messages = await heard(fleet, '?src=engine-1', has({ type: 'engine-state', state: 'init' }), act);
      const kinds = messages.filter(({ type }) => type !== 'sensor-report').map(({ op, state }) => op ?? state);
      expect(kinds.at(-1)).toBe('init');
      expect(kinds).toEqual(expect.arrayContaining(['stop', 'detach', 'unload']));
    }),
    row('model-console and model-error: the records at hand, and the traceback', async (fleet) => {
      const source = 'def begin():\n    print("hello")\n\ndef action(x):\n    yield 6 // x\n';
      const messages = await heard(fleet, '?src=engine-1', has({ type: 'model-error' }), async () => {
        await fleet.run(source);
        await fleet.answers(204, 'POST', 'engine-1/1/job/input', { body: '0' });
      });
      expect(messages).toContainEqual(
        expect.objectContaining({ type: 'model-console', text: expect.stringContaining('hello') }),
      );
      const error = messages.find(({ type }) => type === 'model-error');
      expect(error).toMatchObject({
        input: { slot: 0, seqno: expect.any(Number), data: ['0'], batch_len: 1, batchLen: 1, encoding: 'json' },
        console: expect.stringContaining('ZeroDivisionError'),
      });
    }),
    row('a socket that opens after the end of a run is told the end (G25)', async (fleet) => {
      await heard(fleet, '', has({ type: 'model-error' }), async () => {});
      const inline = '{"Transport":{"Type":"inline","Data":["5"]},"Encoding":"json"}';
      await fleet.run(GAIN, [inline, '{"Transport":"discard"}']);
      await fleet.state('finished');
      await heard(fleet, '', has({ type: 'engine-state', state: 'finished' }), async () => {});
    }),
    row('GET /2/pneumo: at most 60, oldest first', async ({ get, answers }) => {
      for (let count = 0; count < 20; count++) {
        await answers(204, 'POST', 'engine-2/2/engine/reset');
        await answers(204, 'PUT', 'engine-2/2/active/stream/0', { body: REST });
        await answers(204, 'PUT', 'engine-2/2/active/stream/0', { body: REST });
      }
      const past = (await get('connect/2/pneumo')) as { timestamp: string }[];
      expect(past).toHaveLength(60);
      const times = past.map(({ timestamp }) => Date.parse(timestamp));
      expect(times).toEqual(times.toSorted((a, b) => a - b));
    }),
  ],
};
