import { FastScoreClient } from '../../client/client.ts';
import { FastScoreError } from '../../core/errors.ts';
import { release } from '../../util/release.ts';
import type { Cli } from '../command.ts';
import { loadConnection } from '../connection-file.ts';
import { probeEngine } from '../embedded/probe.ts';
import { embeddedSocketPath } from '../embedded/socket-path.ts';
import { addressOf, chosenTarget } from '../target.ts';
import type { Finding } from './finding.ts';
import { findingOf } from './finding.ts';

const PATIENCE_MS = 5000;

/** Where commands go, and whether somebody answers there. Nothing is started. */
export async function checkEngine(cli: Cli): Promise<Finding[]> {
  return [
    await findingOf('Own engine', () => describeOwn(cli)),
    await findingOf('Commands go to', () => describeTarget(cli)),
  ];
}

async function describeOwn({ home, io }: Cli): Promise<string> {
  const health = await probeEngine(embeddedSocketPath(home, io.env));
  if (health === null) return 'not running; commands start it when they need it';
  if (health.release === release) return `running, release ${release}`;
  throw new FastScoreError('ENGINE_VERSION', `It is of release ${health.release}, this is ${release}`, {
    hint: 'fastscore engine stop',
  });
}

async function describeTarget(cli: Cli): Promise<string> {
  const target = chosenTarget(cli.io, await loadConnection(cli.home));
  if (target === null) return 'your own engine';
  const client = new FastScoreClient(target, { timeoutMs: PATIENCE_MS });
  cli.defer(() => client.close());
  const { release: theirs } = await client.checkRelease();
  const fleet = await client.connect.fleet();
  const sick = fleet.filter(({ health }) => health !== 'ok').map(({ name }) => name);
  const where = addressOf(target);
  if (sick.length === 0) return `${where}, release ${theirs}`;
  throw new FastScoreError('WRONG_STATE', `${where}: ${sick.join(', ')} not healthy`, { hint: 'fastscore fleet -v' });
}
