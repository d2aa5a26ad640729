import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { locateHome } from '../../src/cli/home.ts';
import { snapshotKey } from '../../src/cli/snapshot-key.ts';
import { temporaryFolder } from '../util/temporary-folder.ts';

const emptyHome = () => locateHome({ FASTSCORE_HOME: temporaryFolder() });

test('the key is made when it is first asked for, for its owner only, and stays', async () => {
  const home = emptyHome();
  const read = snapshotKey(home);
  expect(readdirSync(home.directory)).toEqual([]);
  const key = await read();
  expect(key).toHaveLength(32);
  expect(await snapshotKey(home)()).toEqual(key);
  expect(readdirSync(home.directory)).toEqual(['snapshot.key']);
  expect(statSync(home.snapshotKey).mode & 0o777).toBe(0o600);
  expect(await snapshotKey(emptyHome())()).not.toEqual(key);
});

test('however many ask at once, there is one', async () => {
  const home = emptyHome();
  const keys = await Promise.all(Array.from({ length: 20 }, () => snapshotKey(home)()));
  expect(new Set(keys.map((key) => key.toString('hex'))).size).toBe(1);
  expect(readdirSync(home.directory)).toEqual(['snapshot.key']);
});

test('one that others can read, or that is none, is refused, and is there again once it is mended', async () => {
  const home = emptyHome();
  const read = snapshotKey(home);
  await snapshotKey(home)();
  const text = readFileSync(home.snapshotKey, 'utf8');
  chmodSync(home.snapshotKey, 0o644);
  await expect(read()).rejects.toMatchObject({
    code: 'FORBIDDEN',
    message: expect.stringContaining('is open to other users'),
    hint: expect.stringContaining(`chmod 600 ${home.snapshotKey}`),
  });
  chmodSync(home.snapshotKey, 0o600);
  writeFileSync(home.snapshotKey, text.slice(0, -3));
  await expect(read()).rejects.toMatchObject({ code: 'FILE_UNREADABLE', hint: expect.stringContaining('--trust') });
  writeFileSync(home.snapshotKey, text);
  expect((await read()).toString('hex')).toBe(text.trim());
});
