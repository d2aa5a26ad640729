import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadConnection } from '../../../src/cli/connection-file.ts';
import { locateHome } from '../../../src/cli/home.ts';
import { startServer } from '../../server/start-server.ts';
import type { LoginProvider } from '../../services/clients/support/login-provider.ts';
import { startLoginProvider } from '../../services/clients/support/login-provider.ts';
import { temporaryFolder } from '../../util/temporary-folder.ts';
import { runCommand } from '../run-command.ts';

const TOKEN = 'open-sesame-open-sesame';
const BROWSER = `node ${join(import.meta.dirname, '..', '..', 'services', 'clients', 'support', 'browser.mjs')}`;

let server: Awaited<ReturnType<typeof startServer>>;
let provider: LoginProvider;
let FASTSCORE_HOME: string;

beforeEach(async () => {
  FASTSCORE_HOME = join(temporaryFolder(), 'home');
  server = await startServer('tcp', { token: TOKEN });
  provider = await startLoginProvider(server.listening.address, TOKEN);
  expect((await run(`connect ${server.listening.address}`)).status).toBe(4);
});

afterEach(async () => {
  await provider.close();
  await server.close();
});

function run(line: string, { stdin = '', browser = BROWSER } = {}) {
  return runCommand(line.split(' '), { env: { FASTSCORE_HOME, BROWSER: browser }, stdin, connects: true });
}

const authorization = async () => (await loadConnection(locateHome({ FASTSCORE_HOME })))?.authorization;

test.each([
  ['a provider that describes itself', () => `--public --discovery-url ${provider.url}/discovery`, ''],
  ['a client with a secret', () => `--password-stdin --discovery-url ${provider.url}/discovery`, 's3cret\n'],
  [
    'endpoints that are given',
    () => `--public --authorize-url ${provider.url}/authorize --token-url ${provider.url}/token --scope email`,
    '',
  ],
])('oauth2 takes the token of %s', async (_, options, stdin) => {
  const { status, stdout, stderr } = await run(`login oauth2 --client-id client ${options()}`, { stdin });
  expect([status, stdout]).toEqual([0, 'Authentication successful\n']);
  expect(stderr).toContain(`Log in with your browser: ${provider.url}/authorize?client_id=client`);
  expect(stderr).not.toContain('s3cret');
  expect(await authorization()).toBe(`Bearer ${TOKEN}`);
  expect((await run('engine inspect')).stdout).toBe('INIT\n');
});

test('sessioncookie keeps the cookie that the browser comes back with', async () => {
  expect(await run(`login sessioncookie --login-url ${provider.url}/login`)).toMatchObject({
    status: 0,
    stdout: 'Authentication successful\n',
  });
  expect(await authorization()).toBeUndefined();
  expect((await run('engine inspect')).stdout).toBe('INIT\n');
});

test.each([
  ['an answer to another login', '?code=c0de&state=forged'],
  ['a refusal', '?error=access_denied'],
])('%s gives no token', async (_, query) => {
  const browser = `node -e fetch("http://localhost:1234/auth_callback${query}")`;
  const options = `--client-id client --public --discovery-url ${provider.url}/discovery`;
  const { status, stderr } = await run(`login oauth2 ${options}`, { browser: browser.replace('%s', '') });
  expect(status).toBe(4);
  expect(stderr).toContain('The login provider gave no token');
  expect(await authorization()).toBeUndefined();
});

test('a browser without a cookie is not logged in', async () => {
  const browser =
    'node -e fetch("http://localhost:1234/elsewhere").then(()=>fetch("http://localhost:1234/auth_callback"))';
  const ran = await run(`login sessioncookie --login-url ${provider.url}/login`, { browser });
  expect(ran).toMatchObject({ status: 4, stderr: expect.stringContaining('came back without a cookie') });
});

test('another program on the port of the browser is told', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(1234, 'localhost', resolve));
  try {
    const { status, stderr } = await run(`login sessioncookie --login-url ${provider.url}/login`);
    expect(status).toBe(2);
    expect(stderr).toContain('Port 1234, to which a login page sends the browser back, is not free');
  } finally {
    other.close();
  }
});

test('what nobody is there to be asked for is missed, and what is no address is refused', async () => {
  expect((await run('login oauth2 --public')).stderr).toContain('Client ID is missing');
  const { stderr } = await run('login sessioncookie --login-url nowhere');
  expect(stderr).toContain("'nowhere' is not an address such as");
});
