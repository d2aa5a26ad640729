import { expect, onTestFinished, test } from 'vitest';
import type { Verdict } from '../../src/server/guesses.ts';
import { GUESS_LIMITS, Guesses } from '../../src/server/guesses.ts';
import { networkOf } from '../../src/util/network-of.ts';
import type { RawRequest } from './raw-request.ts';
import { rawRequest } from './raw-request.ts';
import { startServer } from './start-server.ts';

const FAST = { ...GUESS_LIMITS, free: 3, shortestMs: 20, longestMs: 80 };
const right = (): boolean => true;
const wrong = (): boolean => false;

/** @returns the verdict, and about how many milliseconds it took */
async function timed(verdict: Verdict | Promise<Verdict>): Promise<[Verdict, number]> {
  const start = performance.now();
  return [await verdict, performance.now() - start];
}

test('wrong tokens are looked at later and later, up to a bound', async () => {
  const guesses = new Guesses(FAST);
  for (let i = 0; i < 3; i++) expect(guesses.judge('a', wrong)).toBe('wrong');
  for (const atLeast of [20, 40, 80, 80]) {
    const [verdict, tookMs] = await timed(guesses.judge('a', wrong));
    expect(verdict).toBe('wrong');
    expect(tookMs).toBeGreaterThanOrEqual(atLeast - 2);
  }
  expect(guesses.judge('b', wrong)).toBe('wrong');
});

test('trying many at once is no faster: most of them are not looked at', async () => {
  const guesses = new Guesses({ ...FAST, waitingPerAddress: 4 });
  for (let i = 0; i < 3; i++) guesses.judge('a', wrong);
  let looked = 0;
  const verdicts = await Promise.all(
    Array.from({ length: 100 }, () =>
      guesses.judge('a', () => {
        looked += 1;
        return false;
      }),
    ),
  );
  expect([looked, verdicts.filter((verdict) => verdict === 'too many').length]).toEqual([4, 96]);
});

test('the right token gets in after a while, and from then on nothing that comes from there locks it out', async () => {
  const guesses = new Guesses({ ...FAST, waitingPerAddress: 4 });
  for (let i = 0; i < 3; i++) guesses.judge('a', wrong);
  expect(await timed(guesses.judge('a', right))).toEqual(['right', expect.any(Number)]);
  const late = Array.from({ length: 50 }, () => guesses.judge('a', wrong));
  expect(guesses.judge('a', right)).toBe('right');
  expect(new Set(await Promise.all(late))).toEqual(new Set(['wrong', 'too many']));
  expect(guesses.judge('a', right)).toBe('right');
});

test('after a quiet time an address begins anew', async () => {
  const guesses = new Guesses({ ...FAST, forgetMs: 30 });
  for (let i = 0; i < 3; i++) guesses.judge('a', wrong);
  expect(guesses.judge('a', wrong)).toBeInstanceOf(Promise);
  await expect.poll(() => guesses.judge('a', wrong)).toBe('wrong');
});

test('addresses without number take no room without bound', () => {
  const guesses = new Guesses({ ...FAST, free: 1, addresses: 10 });
  for (let i = 0; i < 1000; i++) guesses.judge(`10.0.${i >> 8}.${i & 255}`, wrong);
  expect(guesses.judge('10.0.3.231', wrong)).toBeInstanceOf(Promise);
  expect(guesses.judge('10.0.0.1', wrong)).toBe('wrong');
});

test.each([
  ['10.1.2.3', '10.1.2.3'],
  ['::ffff:10.1.2.3', '10.1.2.3'],
  ['2001:db8:1:2:aaaa::1', '2001:db8:1:2::/64'],
  ['2001:db8:1:2::', '2001:db8:1:2::/64'],
  ['2001:0db8::1', '2001:db8:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['::', '0:0:0:0::/64'],
  ['', ''],
])('address %j counts for %j', (address, network) => {
  expect(networkOf(address)).toBe(network);
});

const TOKEN = 'open-sesame-open-sesame';

async function start() {
  const started = await startServer('tcp', { token: TOKEN });
  onTestFinished(() => started.close());
  return (request: RawRequest) => rawRequest(started.listening, request);
}

const login = (password: string): RawRequest => ({
  method: 'POST',
  path: '/1/login',
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  body: `username=ann&password=${password}`,
});
const bearer = (token: string): RawRequest => ({ path: '/1/connect', headers: { authorization: `Bearer ${token}` } });
const basic = (password: string): RawRequest => ({
  path: '/1/connect',
  headers: { authorization: `Basic ${Buffer.from(`ann:${password}`).toString('base64')}` },
});

test.each([
  ['the form of a login', login],
  ['a header', bearer],
  ['the password of a user', basic],
])('guessing by %s is slowed down, and holds up nobody else', async (_, asking) => {
  const ask = await start();
  for (let i = 0; i < 5; i++) expect((await ask(asking('wrong'))).status).toBe(401);
  const guesses = Promise.all(Array.from({ length: 40 }, () => ask(asking('wrong'))));
  const before = performance.now();
  expect((await ask({ path: '/1/health' })).status).toBe(200);
  expect((await ask({ path: '/1/connect' })).status).toBe(401);
  expect(performance.now() - before).toBeLessThan(2000);
  const answers = await guesses;
  const statuses = answers.map(({ status }) => status);
  expect(new Set(statuses)).toEqual(new Set([401, 429]));
  // 16 wait for a quarter of a second, and the next 16 for four.
  expect(statuses.filter((status) => status === 401).length).toBeLessThanOrEqual(32);
  expect(answers.find(({ status }) => status === 429)).toMatchObject({
    headers: { 'retry-after': '5' },
    body: expect.stringMatching(/^Too many wrong tokens/),
  });
  expect((await ask(asking(TOKEN))).status).toBe(200);
  const again = performance.now();
  expect((await ask(bearer(TOKEN))).status).toBe(200);
  expect(performance.now() - again).toBeLessThan(1000);
});

test('whoever sends no token at all has guessed nothing', async () => {
  const ask = await start();
  for (let i = 0; i < 30; i++) expect((await ask({ path: '/1/connect' })).status).toBe(401);
  const before = performance.now();
  expect((await ask(bearer('wrong'))).status).toBe(401);
  expect(performance.now() - before).toBeLessThan(1000);
});

test.each(['short', 'fifteen-charact'])('%j is too short for a token', async (token) => {
  await expect(startServer('tcp', { token })).rejects.toMatchObject({
    code: 'BAD_INPUT',
    message: `A token must have at least 16 characters, this one has ${token.length}: it could be guessed`,
    hint: 'Make one: openssl rand -hex 32 > token',
  });
});
