import type { RequestListener, Server } from 'node:http';
import { createServer } from 'node:http';
import { createServer as createNetServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { FastScoreClient } from '../../src/client/client.ts';
import { temporaryFolder } from '../util/temporary-folder.ts';

const closers: (() => unknown)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** A client of a socket at which nobody listens before it is revived. */
function dormant(path = join(temporaryFolder(), 's')) {
  const requests: string[] = [];
  let revivals = 0;
  const answer: RequestListener = ({ method }, response) => {
    requests.push(method ?? '');
    response.end('{}');
  };
  const revive = async (): Promise<void> => {
    revivals++;
    const server = createServer(answer);
    closers.push(() => server.close());
    await new Promise<void>((resolve) => server.listen(path, resolve));
  };
  const client = new FastScoreClient({ kind: 'socket', path }, { revive });
  closers.push(() => client.close());
  return { path, client, requests, revivals: () => revivals };
}

it('starts again who is not there, and repeats what could not be sent', async () => {
  const { client, requests, revivals } = dormant();
  await client.engine.scale(2);
  await client.engine.status();
  expect([requests, revivals()]).toEqual([['POST', 'GET'], 1]);
});

it.each([
  ['a question', (client: FastScoreClient) => client.engine.status(), true],
  ['an order, which may have been followed', (client: FastScoreClient) => client.engine.scale(2), false],
])('when it is cut off, repeats %s: %s', async (_, ask, isRepeated) => {
  const { path, client, requests } = dormant();
  const cutting = createNetServer((connection) => {
    connection.once('data', () => {
      cutting.close();
      connection.destroy();
    });
  });
  await new Promise<void>((resolve) => cutting.listen(path, resolve));
  const asked = ask(client);
  if (isRepeated) await asked;
  else await expect(asked).rejects.toMatchObject({ code: 'ENGINE_UNREACHABLE' });
  expect(requests).toEqual(isRepeated ? ['GET'] : []);
});

it('does not go on with another engine in the middle of its work', async () => {
  const { path, client, revivals } = dormant();
  const first: Server = createServer((_request, response) => response.setHeader('connection', 'close').end('{}'));
  await new Promise<void>((resolve) => first.listen(path, resolve));
  await client.engine.status();
  await new Promise((resolve) => first.close(resolve));
  await expect(client.engine.status()).rejects.toMatchObject({ code: 'ENGINE_UNREACHABLE' });
  expect(revivals()).toBe(0);
});
