import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Sandbox } from '../../e2e/support/sandbox.ts';
import { openSandbox } from '../../e2e/support/sandbox.ts';
import { digest, interruptAtRandom, numbers, SUMS } from '../../fault/interrupted-run.ts';
import { startBreakingProxy } from './breaking-proxy.ts';
import type { S3Service } from './s3-service.ts';
import { startS3 } from './s3-service.ts';

const RECORDS = 60_000;
const INTERRUPTIONS = 8;
const LONGEST_ANSWER = 150_000;
const KEYS = { AccessKeyID: 'key', SecretAccessKey: 'canary' };

let service: S3Service;
let sandbox: Sandbox;
beforeAll(async () => {
  service = await startS3();
});
afterAll(() => service.stop());

beforeEach(async () => {
  sandbox = await openSandbox({ 'sum.py': SUMS['sum.py'], 'in.jsonl': numbers(RECORDS) });
});
afterEach(() => sandbox.close());

async function putObject(body: Buffer): Promise<{ Bucket: string; ObjectKey: string }> {
  const client = new S3Client({
    endpoint: service.endpoint,
    forcePathStyle: true,
    region: 'us-east-1',
    credentials: { accessKeyId: KEYS.AccessKeyID, secretAccessKey: KEYS.SecretAccessKey },
  });
  const place = { Bucket: 'resumed', ObjectKey: 'in.json' };
  await client.send(new CreateBucketCommand({ Bucket: place.Bucket }));
  await client.send(new PutObjectCommand({ Bucket: place.Bucket, Key: place.ObjectKey, Body: body }));
  client.destroy();
  return place;
}

test('with connections that break and killed at random moments, the outputs of a run are those of one that was not', async () => {
  await sandbox.ok('run', 'sum.py', 'in.jsonl', 'undisturbed.jsonl', '--name', 'undisturbed');
  const { size } = await stat(join(sandbox.directory, 'undisturbed.jsonl'));
  const place = await putObject(await readFile(join(sandbox.directory, 'in.jsonl')));
  const bytes = (): number => Math.floor(Math.random() * LONGEST_ANSWER);
  const proxy = await startBreakingProxy(Number(new URL(service.endpoint).port), { bytes, times: 100 });
  const Endpoint = `http://127.0.0.1:${proxy.port}`;
  await sandbox.write(
    's3.json',
    JSON.stringify({ Transport: { Type: 'S3', ...place, ...KEYS, Endpoint }, Encoding: 'json' }),
  );
  const run = { model: 'sum.py', input: 's3.json', warnings: /Stream at slot 0: s3 '/ };
  await interruptAtRandom(sandbox, run, { size, times: INTERRUPTIONS });
  expect(proxy.breaks()).toBeGreaterThan(0);
  const [interrupted, undisturbed] = await Promise.all(
    ['out.jsonl', 'undisturbed.jsonl'].map((name) => digest(join(sandbox.directory, name))),
  );
  expect(interrupted).toBe(undisturbed);
}, 400_000);
