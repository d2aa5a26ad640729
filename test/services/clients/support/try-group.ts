import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Group } from '../cli/group.ts';
import { openClient } from './client.ts';
import type { InstalledClients } from './install-clients.ts';
import type { Verdict } from './row.ts';
import { judge, personAt } from './row.ts';
import { startServer } from './start-server.ts';

/** Tries the rows of a group in their order, with a server and a home of its own. */
export async function tryGroup(clients: InstalledClients, group: Group): Promise<Verdict[]> {
  const root = await mkdtemp(join(tmpdir(), 'fs-clients-'));
  const [home, folder] = [join(root, 'person'), join(root, 'person', 'here')];
  await mkdir(folder, { recursive: true });
  for (const [name, content] of Object.entries(group.files)) await writeFile(join(folder, name), content);
  const tokenFile = join(root, 'token');
  if (group.token !== undefined) await writeFile(tokenFile, group.token);
  const server = await startServer(join(root, 'server'), [
    '--engines',
    String(group.engines ?? 1),
    ...(group.token === undefined ? [] : ['--token-file', tokenFile]),
  ]);
  try {
    const person = personAt(openClient(clients, home, folder), server.url);
    const first = group.first === null ? [] : [`connect ${server.url}`, ...group.first];
    for (const words of first) await person.silent(words);
    const verdicts: Verdict[] = [];
    for (const row of group.rows) verdicts.push(await judge(row, person));
    return verdicts;
  } finally {
    await server.close();
    await rm(root, { recursive: true, force: true });
  }
}
