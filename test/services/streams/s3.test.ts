import { randomUUID } from 'node:crypto';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { internalForm, parseDescriptor } from '../../../src/streams/descriptor.ts';
import { openTestInput } from '../../conformance/streams/input-transports.ts';
import { openTestOutput } from '../../conformance/streams/output-transports.ts';
import { readAll, recordsOf } from '../../streams/read-all.ts';
import { startBreakingProxy } from './breaking-proxy.ts';
import type { S3Service } from './s3-service.ts';
import { startS3 } from './s3-service.ts';

let service: S3Service;
let client: S3Client;
const BUCKET = 'records';
/** The server tells checksums of parts as if they were those of the object. */
const unchecked = { responseChecksumValidation: 'WHEN_REQUIRED' } as const;

beforeAll(async () => {
  service = await startS3();
  const credentials = { accessKeyId: 'key', secretAccessKey: 'canary' };
  client = new S3Client({
    endpoint: service.endpoint,
    forcePathStyle: true,
    region: 'us-east-1',
    credentials,
    ...unchecked,
  });
  await client.send(new CreateBucketCommand({ Bucket: BUCKET }));
});
afterAll(async () => {
  client.destroy();
  await service.stop();
});

const place = (key: string, more: object = {}): object => ({
  Type: 'S3',
  Bucket: BUCKET,
  ObjectKey: key,
  Endpoint: service.endpoint,
  AccessKeyID: 'key',
  SecretAccessKey: 'canary',
  ...more,
});

const LINES = Array.from({ length: 200_000 }, (_, i) => `{"number":${i},"text":"some more bytes"}`);

test('an object is read to its end, or from a byte on', async () => {
  const key = randomUUID();
  await client.send(new PutObjectCommand({ Bucket: BUCKET, Key: key, Body: `${LINES.join('\n')}\n` }));
  expect((await readAll(await openTestInput({ Transport: place(key) }))).records).toEqual(LINES);
  const from = LINES[0]!.length + 1;
  const { records } = await readAll(await openTestInput({ Transport: place(key), SkipTo: from }));
  expect(records).toEqual(LINES.slice(1));
});

test.each([false, true])('an object of several parts is there when the stream is closed, checks %s', async (checks) => {
  const key = randomUUID();
  const stream = await openTestOutput({ Transport: place(key, { IntegrityChecks: checks }) });
  await stream.write(recordsOf('json', LINES));
  await expect(client.send(new GetObjectCommand({ Bucket: BUCKET, Key: key }))).rejects.toThrow();
  await stream.close();
  const { Body } = await client.send(new GetObjectCommand({ Bucket: BUCKET, Key: key }));
  expect(await Body!.transformToString()).toBe(`${LINES.join('\n')}\n`);
});

test('an object or a bucket that does not exist is told when the stream is opened', async () => {
  await expect(openTestInput({ Transport: place('nothing') })).rejects.toThrow(/s3 'records\/nothing': NotFound/);
  await expect(openTestOutput({ Transport: place('x', { Bucket: 'nowhere' }) })).rejects.toThrow(/NotFound/);
});

test('an object that is shorter than where a run should go on is refused', async () => {
  const key = randomUUID();
  await client.send(new PutObjectCommand({ Bucket: BUCKET, Key: key, Body: '1\n2\n' }));
  await expect(openTestInput({ Transport: place(key) }, { position: { byte: 5 } })).rejects.toThrow(
    'has 4 bytes, and is to be read on behind byte 5',
  );
  const { records } = await readAll(await openTestInput({ Transport: place(key) }, { position: { byte: 4 } }));
  expect(records).toEqual([]);
});

test('keys are not shown', () => {
  const descriptor = parseDescriptor({ Transport: place('x'), Encoding: 'json' });
  expect(JSON.stringify(internalForm(descriptor))).not.toContain('canary');
});

test('an object whose connection breaks goes on where it had stopped', async () => {
  const key = randomUUID();
  await client.send(new PutObjectCommand({ Bucket: BUCKET, Key: key, Body: `${LINES.join('\n')}\n` }));
  const proxy = await startBreakingProxy(Number(new URL(service.endpoint).port), { bytes: () => 1_500_000, times: 3 });
  const stream = await openTestInput({ Transport: place(key, { Endpoint: `http://127.0.0.1:${proxy.port}` }) });
  expect((await readAll(stream)).records).toEqual(LINES);
  expect(proxy.breaks()).toBe(3);
  expect(stream.trouble).toBeNull();
});
