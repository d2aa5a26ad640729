import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openTestOutput } from '../../conformance/streams/output-transports.ts';
import { temporaryFolder } from '../../util/temporary-folder.ts';
import { recordsOf } from '../read-all.ts';

/** @returns its address */
async function startServer(answer: (respond: () => void) => void): Promise<string> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => answer(() => response.end()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

test('what a file has taken is acknowledged', async () => {
  const stream = await openTestOutput({ Transport: { Type: 'file', Path: join(temporaryFolder(), 'out') } });
  expect(await stream.acknowledged()).toBe(true);
  void stream.write(recordsOf('json', ['1']));
  expect(await stream.acknowledged()).toBe(true);
  await stream.close();
  expect(await stream.acknowledged()).toBe(true);
});

test('what a server gets is acknowledged when it has answered, not before', async () => {
  const answers: (() => void)[] = [];
  const stream = await openTestOutput({ Transport: { Type: 'HTTP', Url: await startServer((f) => answers.push(f)) } });
  void stream.write(recordsOf('json', ['1']));
  let isKnown = false;
  const acknowledged = stream.acknowledged().then((known) => {
    isKnown = true;
    return known;
  });
  await expect.poll(() => answers.length).toBe(1);
  expect(isKnown).toBe(false);
  answers[0]!();
  expect(await acknowledged).toBe(true);
});

test.each([20, null])('what has not been taken within a LingerTime of %s never is acknowledged', async (LingerTime) => {
  const url = await startServer(() => {});
  const stream = await openTestOutput({ Transport: { Type: 'HTTP', Url: url }, LingerTime });
  void stream.write(recordsOf('json', ['1']));
  const acknowledged = stream.acknowledged();
  await stream.close();
  expect(await acknowledged).toBe(false);
});

test('what is written to an output that has failed is not acknowledged', async () => {
  const stream = await openTestOutput({ Transport: { Type: 'exec', Run: 'false' } });
  const failed = new Promise((resolve) => stream.onError(resolve));
  void stream.write(recordsOf('json', ['1']));
  await failed;
  expect(await stream.acknowledged()).toBe(false);
});

test('what is written to an output that is closed is not acknowledged', async () => {
  const stream = await openTestOutput({ Transport: 'discard' });
  await stream.close();
  await stream.write(recordsOf('json', ['1']));
  expect(await stream.acknowledged()).toBe(false);
});
