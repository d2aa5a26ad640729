import { mkdtemp, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterEach, describe, expect, test } from 'vitest';
import { ownCertificate } from '../../src/cli/certificate.ts';
import { locateHome } from '../../src/cli/home.ts';
import { FastScoreClient } from '../../src/client/client.ts';
import { listen } from '../../src/server/listen.ts';
import { runCommand } from '../cli/run-command.ts';
import { buildServer } from './build-server.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function emptyHome() {
  const folder = await mkdtemp(join(tmpdir(), 'fastscore-tls-'));
  closers.push(() => rm(folder, { recursive: true }));
  return locateHome({ FASTSCORE_HOME: folder });
}

async function startTls() {
  const tls = await ownCertificate(await emptyHome(), []);
  const built = await buildServer({ tls });
  closers.push(() => built.close());
  const listening = await listen(built.server, { kind: 'tcp', host: '127.0.0.1', port: 0 });
  closers.push(() => listening.close());
  return { ...built, listening, ca: tls.cert };
}

describe('a server with a certificate', () => {
  test('answers over https to clients that trust the certificate, and to no others', async () => {
    const { listening, ca } = await startTls();
    expect(listening.address).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
    const clients = [ca, undefined].map(
      (trusted) =>
        new FastScoreClient({ kind: 'url', url: listening.address, ...(trusted === undefined ? {} : { ca: trusted }) }),
    );
    closers.push(...clients.map((client) => () => client.close()));
    const [trusting, doubting] = clients;
    expect(await trusting!.connect.fleet()).toHaveLength(2);
    await expect(doubting!.connect.fleet()).rejects.toThrow(/certificate/);
  });

  test('tells what happens over a websocket', async () => {
    const { listening, ca, engine } = await startTls();
    const client = new FastScoreClient({ kind: 'url', url: listening.address, ca });
    closers.push(() => client.close());
    const subscription = await client.connect.subscribe({ src: 'engine-1' });
    engine.say({ type: 'engine-state', state: 'running' });
    for await (const message of subscription) {
      expect(message).toMatchObject({ type: 'engine-state', state: 'running' });
      subscription.close();
    }
    const doubting = new FastScoreClient({ kind: 'url', url: listening.address });
    closers.push(() => doubting.close());
    await expect(doubting.connect.subscribe()).rejects.toThrow(/certificate/);
  });

  test('closes although a client keeps its connection open', async () => {
    const { listening, ca } = await startTls();
    const port = listening.port;
    const idle = connect({ port, host: '127.0.0.1', ca });
    await new Promise((resolve) => idle.once('secureConnect', resolve));
    const ended = new Promise((resolve) => idle.once('close', resolve));
    idle.on('error', () => {});
    idle.resume();
    await listening.close();
    await ended;
    const free = createServer().listen(port, '127.0.0.1');
    await new Promise((resolve, reject) => free.once('listening', resolve).once('error', reject));
    await new Promise((resolve) => free.close(resolve));
  });
});

describe('the certificate of a server that has been given none', () => {
  test('is made once, is private, and is made anew for a further name', async () => {
    const home = await emptyHome();
    const first = await ownCertificate(home, []);
    expect(await ownCertificate(home, [])).toEqual(first);
    expect((await stat(join(home.tls, 'key.pem'))).mode & 0o077).toBe(0);
    const second = await ownCertificate(home, ['engine.lab', '10.0.0.7']);
    expect(second.cert).not.toBe(first.cert);
    expect(await ownCertificate(home, ['10.0.0.7'])).toEqual(second);
  });
});

describe('fastscore serve', () => {
  test.each([
    ['--tls-cert cert.pem', '--tls-cert and --tls-key go together'],
    ['--tls-key key.pem', '--tls-cert and --tls-key go together'],
    ['--tls --socket s', 'A socket needs no TLS'],
    ['--tls-cert package.json --tls-key package.json', 'are no certificate and its key'],
  ])('refuses %s', async (options, sentence) => {
    const { status, stderr } = await runCommand(['serve', ...options.split(' ')], { cwd: process.cwd() });
    expect(stderr).toContain(sentence);
    expect(status).not.toBe(0);
  });
});
