import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { connectTo } from './raw-request.ts';
import { sampleSnapshot } from './sample-snapshot.ts';
import type { Started } from './start-server.ts';
import { startServer } from './start-server.ts';

let started: Started;
const reports: string[] = [];
beforeEach(async () => {
  started = await startServer('socket', { report: (text) => reports.push(text) });
  await started.catalog.models.put('m', 'python3', Buffer.from('old'));
});
afterEach(async () => {
  await started.close();
  expect(reports.splice(0)).toEqual([]);
});

/** Announces a longer body than it sends, and hangs up once the server has begun to work on it. */
async function breakOff(path: string, type: string, begin: Buffer, hasBegun: () => Promise<boolean>): Promise<void> {
  const socket = connectTo(started.listening);
  socket.on('error', () => {});
  const length = begin.length + 1000;
  socket.write(`PUT ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: ${type}\r\nContent-Length: ${length}\r\n\r\n`);
  socket.write(begin);
  await expect.poll(hasBegun).toBe(true);
  socket.destroy();
}

const filesIn = (...parts: string[]) => readdir(join(started.folder, 'catalog', ...parts)).catch(() => []);
const hasTemporary =
  (...parts: string[]) =>
  async () =>
    (await filesIn(...parts)).length > 0;
const requestArrives = () => {
  let has = false;
  started.app.server.once('request', () => {
    has = true;
  });
  return async () => has;
};

test('an attachment that breaks off leaves nothing', async () => {
  const folder = ['attachments', 'm'];
  await breakOff('/1/model/m/attachment/a.zip', 'application/zip', Buffer.from('PK'), hasTemporary(...folder));
  await expect.poll(() => filesIn(...folder)).toEqual([]);
  expect(await started.catalog.attachments.list('m')).toEqual([]);
});

test('a snapshot that breaks off leaves nothing', async () => {
  const begin = (await sampleSnapshot()).subarray(0, -20);
  const folder = ['snapshots', 'm'];
  await breakOff('/1/model/m/snapshot/abcd1234', 'application/octet-stream', begin, hasTemporary(...folder));
  await expect.poll(() => filesIn(...folder)).toEqual([]);
  expect(await started.client.snapshots.list('m')).toEqual([]);
});

test('a snapshot that is whole but not as long as announced is not restored', async () => {
  await breakOff('/1/job/state', 'application/octet-stream', await sampleSnapshot(), requestArrives());
  expect(await started.client.engine.state()).toBe('init');
  expect(started.engine.restored).toBeNull();
});

test('a model that breaks off leaves the old one', async () => {
  const type = 'application/vnd.fastscore.model-python3';
  await breakOff('/1/model/m', type, Buffer.from('new'), requestArrives());
  await breakOff('/1/job/model', type, Buffer.from('new'), requestArrives());
  expect((await started.client.models.get('m')).source.toString()).toBe('old');
  expect(await started.client.engine.activeModel()).toBeNull();
});

test('a snapshot that nobody reads to its end keeps no file open', async () => {
  const contents = await sampleSnapshot();
  await started.client.snapshots.put('m', 'abcd1234', contents);
  const stream = await started.client.snapshots.contents('m', 'abcd');
  stream.destroy();
  expect((await started.client.snapshots.metadata('m', 'abcd')).size).toBe(contents.length);
});

/** More than fits into the buffers between client and server. */
function* muchAfter(begin: Buffer): Generator<Buffer> {
  yield begin;
  for (let chunk = 0; chunk < 400; chunk++) yield Buffer.alloc(64 * 1024, 0x61);
}

test('a refusal arrives although the upload is not over', async () => {
  const { client, engine } = started;
  const contents = await sampleSnapshot();
  const upload = () => Readable.from(muchAfter(contents));
  await expect(client.snapshots.put('m', 'latest', upload())).rejects.toMatchObject({ code: 'BAD_NAME' });
  await expect(client.snapshots.put('m', 'abcd1234', upload())).rejects.toMatchObject({ code: 'SNAPSHOT_CORRUPT' });
  engine.state = 'running';
  await expect(client.engine.restore(upload())).rejects.toMatchObject({ code: 'WRONG_STATE' });
  expect(await client.snapshots.list('m')).toEqual([]);
});

test('a body beyond the limit is refused with the reason, although it is still being sent', async () => {
  const { client } = started;
  const large = Buffer.alloc(65 * 1024 * 1024, 0x61);
  await expect(client.models.put('m', 'python3', large)).rejects.toMatchObject({ code: 'TOO_LARGE' });
  await expect(client.engine.loadModel('m', 'python3', large)).rejects.toMatchObject({ code: 'TOO_LARGE' });
  expect((await client.models.get('m')).source.toString()).toBe('old');
});
