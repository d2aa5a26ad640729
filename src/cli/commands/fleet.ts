import type { FleetEntry } from '../../api/shapes.ts';
import type { FastScoreClient } from '../../client/client.ts';
import { asFastScoreError, FastScoreError } from '../../core/errors.ts';
import { builtOn, release } from '../../util/release.ts';
import type { Cli } from '../command.ts';
import { defineCommand } from '../command.ts';
import { parseSeconds } from '../numbers.ts';
import { during } from '../output/errors.ts';
import { renderTable } from '../output/table.ts';
import { pause } from '../pause.ts';
import { showFrame, WATCH_OPTION } from '../watch.ts';

const POLL_MS = 500;
const DEFAULT_TIMEOUT_MS = 300_000;

export const command = defineCommand({
  options: {
    watch: WATCH_OPTION,
    wait: ['--wait', 'wait until all instances are healthy'],
    timeout: ['--timeout <seconds>', 'give up waiting after so long, with exit status 7 (default: 300)'],
  },
  examples: [
    { line: 'fastscore fleet', text: 'the instances behind the server that commands go to' },
    { line: 'fastscore fleet -v --wait --timeout 60', text: 'with releases, once all are well' },
  ],
  async run(cli, _args, { wait, timeout, watch }) {
    const client = await cli.client();
    if (wait) await waitUntilHealthy(cli, client, parseSeconds('--timeout', timeout) ?? DEFAULT_TIMEOUT_MS);
    return showFrame(cli, watch, async () => {
      const entries = await during('Cannot retrieve fleet info', client.connect.fleet());
      const ends = cli.out.verbose ? await bothEnds(client) : [];
      const health = (text: string): string =>
        text === 'ok' ? cli.out.colours.green(text) : cli.out.colours.red(text);
      const rows = [...ends, ...entries].map((entry) => [
        entry.name,
        entry.api,
        health(entry.health),
        ...(cli.out.verbose ? [entry.release, entry.built_on] : []),
      ]);
      const columns = ['Name', 'API', 'Health', ...(cli.out.verbose ? ['Release', 'Built On'] : [])];
      return { document: [...ends, ...entries.map(documentOf)], text: renderTable(columns, rows) };
    });
  },
});

function documentOf({ id, name, api, host, port, release, built_on, health }: FleetEntry): FleetEntry {
  return { id, name, api, host, port, release, built_on, health };
}

/** This program, and the instance that was asked. */
async function bothEnds(client: FastScoreClient) {
  const { release: theirs, built_on } = await client.connect.health();
  return [
    { name: 'CLI', api: 'UI', health: 'ok', release, built_on: builtOn() },
    { name: 'connect', api: 'connect', health: 'ok', release: theirs, built_on },
  ];
}

async function waitUntilHealthy(cli: Cli, client: FastScoreClient, timeoutMs: number): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  cli.out.confirmPart('Waiting...');
  for (;;) {
    const mark = await healthMark(client);
    if (mark === null) {
      cli.out.confirm('done');
      return;
    }
    cli.out.confirmPart(mark);
    if (performance.now() + POLL_MS > deadline) {
      throw new FastScoreError('TIMED_OUT', `Not all instances are healthy after ${timeoutMs / 1000} s`, {
        hint: 'fastscore fleet',
      });
    }
    await pause(cli, 'Waiting for the fleet', POLL_MS);
  }
}

/** null when all is well, `:` when somebody is not, `.` when nobody answers. */
async function healthMark(client: FastScoreClient): Promise<':' | '.' | null> {
  try {
    const entries = await client.connect.fleet();
    return entries.every(({ health }) => health === 'ok') ? null : ':';
  } catch (thrown) {
    const error = asFastScoreError(thrown);
    if (error.kind === 'unreachable' || error.kind === 'timeout') return '.';
    throw error;
  }
}
