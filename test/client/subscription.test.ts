import { afterEach, expect, test } from 'vitest';
import type { PneumoMessage } from '../../src/api/pneumo.ts';
import { FastScoreClient } from '../../src/client/client.ts';
import type { Started } from '../server/start-server.ts';
import { startServer } from '../server/start-server.ts';

let started: Started;
afterEach(() => started.close());

test.each(['socket', 'tcp'] as const)(
  'a subscription over %s gives the messages that match until it is closed',
  async (where) => {
    started = await startServer(where);
    const subscription = await started.client.connect.subscribe({ src: 'engine-1', type: 'log' });
    started.engine.become('running');
    for (let level = 1; level <= 3; level++) started.engine.say({ type: 'log', level, text: 'text' });
    const levels: number[] = [];
    for await (const message of subscription) {
      if (message.type === 'log') levels.push(message.level);
      if (levels.length === 3) subscription.close();
    }
    expect(levels).toEqual([1, 2, 3]);
  },
);

test('a subscription throws when the server goes away, after what had come before', async () => {
  started = await startServer('socket');
  const subscription = await started.client.connect.subscribe();
  started.engine.become('running');
  const heard: PneumoMessage[] = [];
  const reading = (async () => {
    for await (const message of subscription) heard.push(message);
  })();
  await Promise.all([expect(reading).rejects.toMatchObject({ code: 'ENGINE_UNREACHABLE' }), started.listening.close()]);
  const down = { src: 'connect', type: 'health', health: 'fail' };
  expect(heard).toMatchObject([
    { type: 'engine-state' },
    { ...down, instance: 'model-manage-1' },
    { ...down, instance: 'engine-1' },
  ]);
});

test('a subscription that is refused says why', async () => {
  started = await startServer('tcp', { token: 'secret-of-16-chars' });
  const stranger = new FastScoreClient({ kind: 'url', url: started.listening.address });
  await expect(stranger.connect.subscribe()).rejects.toMatchObject({
    code: 'UNAUTHORISED',
    message: 'This server wants a token',
  });
  await stranger.close();
  const { port } = new URL(started.listening.address);
  const lost = new FastScoreClient({ kind: 'url', url: `https://127.0.0.1:${port}` });
  await expect(lost.connect.subscribe()).rejects.toMatchObject({ code: 'ENGINE_UNREACHABLE' });
  await lost.close();
});

test('a subscription misses nothing of what is told as it opens', async () => {
  started = await startServer('socket');
  started.engine.become('running');
  started.engine.become('finished');
  const subscription = await started.client.connect.subscribe();
  for await (const message of subscription) {
    expect(message).toMatchObject({ type: 'engine-state', state: 'finished' });
    subscription.close();
  }
});
