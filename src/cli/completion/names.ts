import type { Cli } from '../command.ts';
import { loadConnection } from '../connection-file.ts';
import { chosenTarget } from '../target.ts';

const SHELLS = ['bash', 'zsh', 'fish'];

/** Names that exist, for a person who has pressed Tab: an engine is not started for that. */
export async function namesOf(cli: Cli, kind: string): Promise<readonly string[]> {
  if (kind === 'shell') return SHELLS;
  const isOwn = chosenTarget(cli.io, await loadConnection(cli.home)) === null;
  return isOwn ? localNames(cli, kind) : remoteNames(cli, kind);
}

async function remoteNames(cli: Cli, kind: string): Promise<readonly string[]> {
  const client = await cli.client();
  if (kind === 'model') return (await client.models.list()).map(({ name }) => name);
  if (kind === 'instance') return ['connect', ...(await client.connect.fleet()).map(({ name }) => name)];
  if (kind === 'stream') return client.streams.list();
  if (kind === 'schema') return client.schemas.list();
  return kind === 'sensor' ? client.sensors.list() : [];
}

async function localNames(cli: Cli, kind: string): Promise<readonly string[]> {
  if (kind === 'instance') return ['engine-1', 'model-manage-1', 'connect'];
  const { Catalog } = await import('../../catalog/catalog.ts');
  const catalog = new Catalog(cli.home.catalog);
  if (kind === 'model') return (await catalog.models.list()).map(({ name }) => name);
  if (kind === 'stream') return catalog.streams.list();
  if (kind === 'schema') return catalog.schemas.list();
  return kind === 'sensor' ? catalog.sensors.list() : [];
}
