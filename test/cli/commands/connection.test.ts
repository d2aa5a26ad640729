import { once } from 'node:events';
import { chmodSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ownCertificate } from '../../../src/cli/certificate.ts';
import { loadConnection } from '../../../src/cli/connection-file.ts';
import { locateHome } from '../../../src/cli/home.ts';
import { buildServer } from '../../server/build-server.ts';
import { startServer } from '../../server/start-server.ts';
import { temporaryFolder } from '../../util/temporary-folder.ts';
import { runCommand } from '../run-command.ts';

/** A person with a home directory of their own. */
function person() {
  const FASTSCORE_HOME = join(temporaryFolder(), 'home');
  return {
    home: locateHome({ FASTSCORE_HOME }),
    run: (line: string, stdin = '') => runCommand(line.split(' '), { env: { FASTSCORE_HOME }, stdin, connects: true }),
  };
}

it('connects to a server on a Unix socket, and goes there from then on', async () => {
  const server = await startServer('socket');
  try {
    const { run } = person();
    const address = `unix:${server.listening.address}`;
    expect(await run(`connect ${address} -v`)).toMatchObject({
      status: 0,
      stdout: `Waiting...\nConnected to FastScore proxy at ${address}\n`,
    });
    expect((await run('connect')).stdout).toBe(`${address}\n`);
    expect((await run('engine inspect')).stdout).toBe('INIT\n');
    expect((await run(`engine inspect --url ${server.listening.address}`)).stdout).toBe('INIT\n');
  } finally {
    await server.close();
  }
});

it('says at once that nobody answers at an address, and saves nothing', async () => {
  const { run } = person();
  const begun = performance.now();
  expect(await run('connect http://127.0.0.1:1')).toEqual({
    status: 3,
    stdout: '',
    stderr:
      'Error: The server at http://127.0.0.1:1 does not answer\n' +
      'Hint: Check the address, and that `fastscore serve` runs there; or give --wait, when it is about to start\n',
  });
  expect(performance.now() - begun).toBeLessThan(10_000);
  expect((await run('connect')).stdout).toMatch(/^your own engine /);
});

it.each(['--wait', '--timeout 30'])('waits with %s for a server that is about to start', async (option) => {
  const path = join(temporaryFolder(), 's');
  // It hangs up on whoever comes first, as a server does that is not ready.
  const early = createServer((visitor) => void visitor.destroy());
  await new Promise<void>((resolve) => early.listen(path, resolve));
  const connecting = person().run(`connect unix:${path} -v ${option}`);
  await once(early, 'connection');
  await new Promise((resolve) => early.close(resolve));
  const { server, close } = await buildServer();
  await server.app.listen({ path });
  try {
    const { status, stdout } = await connecting;
    expect(status).toBe(0);
    expect(stdout).toMatch(/^Waiting\.\.\.\.+\nConnected /);
  } finally {
    await server.app.close();
    await close();
  }
});

it('waits as long as it is told, and no longer', async () => {
  const { status, stderr } = await person().run('connect http://127.0.0.1:1 --wait --timeout 0.6');
  expect(status).toBe(3);
  expect(stderr).toBe(
    'Error: The server at http://127.0.0.1:1 does not answer\nHint: Check the address, and that `fastscore serve` runs there\n',
  );
});

it('does not wait for a server whose certificate nobody has vouched for, and goes there with --ca', async () => {
  const visitor = person();
  const { certFile, ...tls } = await ownCertificate(visitor.home, ['127.0.0.1']);
  const server = await startServer('tcp', { tls });
  try {
    const refused = await visitor.run(`connect ${server.listening.address}`);
    expect(refused).toMatchObject({ status: 3, stdout: '' });
    expect(refused.stderr).toMatch(
      /shows a certificate that is not trusted: .*\nTry: fastscore connect <url> --ca <file>/,
    );
    expect((await visitor.run('connect')).stdout).toMatch(/^your own engine /);
    expect(await visitor.run(`connect ${server.listening.address} --ca ${certFile}`)).toMatchObject({ status: 0 });
    expect((await visitor.run('engine inspect')).stdout).toBe('INIT\n');
  } finally {
    await server.close();
  }
});

it('keeps the address of a server that wants to know who comes, so that login can follow', async () => {
  const server = await startServer('tcp', { token: 'open-sesame-open-sesame' });
  try {
    const { run, home } = person();
    expect(await run(`connect ${server.listening.address}`)).toMatchObject({ status: 4, stdout: '' });
    expect((await run('connect')).stdout).toBe(`${server.listening.address}\n`);
    expect(await run('login basicauth ann --password-stdin', 's:e c\n')).toEqual({ status: 0, stdout: '', stderr: '' });
    const { authorization = '' } = (await loadConnection(home)) ?? {};
    expect(Buffer.from(authorization.replace('Basic ', ''), 'base64').toString()).toBe('ann:s%3Ae%20c');
    expect(await run('login ldap ann wrong')).toMatchObject({ status: 4 });
    expect(await run('login ldap -username:ann -password:open-sesame-open-sesame')).toEqual({
      status: 0,
      stdout: '',
      stderr: '',
    });
    expect((await run('engine inspect')).stdout).toBe('INIT\n');
    expect(await run('login ann open-sesame-open-sesame')).toMatchObject({ status: 0 });
  } finally {
    await server.close();
  }
});

it.each([
  ['login basicauth ann', 6, "Error: Not connected (use 'fastscore connect')"],
  ['login nosuch', 2, 'Error: Unknown authentication mode: nosuch'],
  ['login oauth2', 6, "Error: Not connected (use 'fastscore connect')"],
])('%s fails', async (line, status, message) => {
  const ran = await person().run(line);
  expect(ran.status).toBe(status);
  expect(ran.stderr).toContain(message);
});

it('does not ask for a password where nobody is', async () => {
  const { run } = person();
  await run('connect http://127.0.0.1:1 --nowait');
  expect(await run('login basic ann')).toMatchObject({ status: 2 });
  expect((await run('login basic an:n -password:x')).stderr).toContain('invalid username');
});

it('chooses an engine for the commands that follow, and keeps it', async () => {
  const server = await startServer('socket');
  try {
    const { run, home } = person();
    await run(`connect unix:${server.listening.address}`);
    expect((await run('use')).stdout).toBe('');
    expect(await run('use engine-1')).toEqual({ status: 0, stdout: '', stderr: '' });
    expect((await run('use -v')).stdout).toBe("Current target instance is 'engine-1'\n");
    expect(await loadConnection(home)).toMatchObject({ target: 'engine-1', engine: 'engine-1' });
    expect((await run('engine reset -v')).stdout).toBe("Engine 'engine-1' reset\n");
    expect(await run('use connect')).toMatchObject({ status: 0 });
    expect(await loadConnection(home)).toMatchObject({ target: 'connect', engine: 'engine-1' });
  } finally {
    await server.close();
  }
});

it('finds with doctor what is wrong, and says what mends it', async () => {
  const { run, home } = person();
  const well = await run('doctor --json');
  const { findings } = JSON.parse(well.stdout) as { findings: { what: string; state: string }[] };
  expect(findings.map(({ what }) => what)).toEqual([
    'Node',
    'Python',
    'R',
    'Home',
    'Catalog',
    'Socket',
    'Temporary files',
    'Disk',
    'Own engine',
    'Commands go to',
  ]);
  expect(findings.find(({ what }) => what === 'Home')).toMatchObject({ state: 'ok' });

  await run('connect http://127.0.0.1:1 --nowait');
  chmodSync(home.directory, 0o777);
  const ill = await run('doctor');
  expect(ill.status).toBe(1);
  expect(ill.stdout).toContain(`Others may write to ${home.directory}\n       Try: chmod go-w ${home.directory}\n`);
  expect(ill.stdout).toMatch(/^wrong {2}Commands go to: /m);
  expect(ill.stdout).toMatch(/\d things are wrong\.\n$/);

  writeFileSync(home.connectionFile, '{');
  expect((await run('doctor')).stdout).toContain('Try: fastscore connect <url>');
});
