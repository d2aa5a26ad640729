import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { forgetConnection, loadConnection, saveConnection } from '../../src/cli/connection-file.ts';
import { locateHome, makeHome } from '../../src/cli/home.ts';
import { temporaryFolder } from '../util/temporary-folder.ts';

const openHome = () => locateHome({ FASTSCORE_HOME: temporaryFolder() });

it('keeps the address, the token and the certificates, for the user alone', async () => {
  const home = openHome();
  expect(await loadConnection(home)).toBeNull();
  const connection = { url: 'https://host:8000', authorization: 'Bearer s3cret', ca: 'PEM' };
  await saveConnection(home, connection);
  expect(await loadConnection(home)).toEqual(connection);
  expect(statSync(home.connectionFile).mode & 0o777).toBe(0o600);
  await saveConnection(home, { url: 'http://other:1' });
  expect(await loadConnection(home)).toEqual({ url: 'http://other:1' });
  await forgetConnection(home);
  expect(readdirSync(home.directory)).toEqual([]);
});

it('says what to do about a file that cannot be read, and replaces or removes it', async () => {
  const home = openHome();
  writeFileSync(home.connectionFile, '{bad');
  await expect(loadConnection(home)).rejects.toMatchObject({
    code: 'FILE_UNREADABLE',
    hint: 'fastscore connect <url>, or fastscore connect --embedded',
  });
  await saveConnection(home, { url: 'http://host:1' });
  expect(await loadConnection(home)).toEqual({ url: 'http://host:1' });
  writeFileSync(home.connectionFile, '{bad');
  await forgetConnection(home);
  expect(existsSync(home.connectionFile)).toBe(false);
});

it('says which home directory cannot be made', async () => {
  const { directory, connectionFile } = openHome();
  writeFileSync(connectionFile, '');
  const home = locateHome({ FASTSCORE_HOME: connectionFile });
  await expect(makeHome(home)).rejects.toMatchObject({
    code: 'FILE_UNREADABLE',
    message: `The home directory ${directory}/connection.json cannot be made: file already exists (EEXIST)`,
  });
});
