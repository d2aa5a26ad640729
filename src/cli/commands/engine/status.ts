import type { Interpreters } from '../../../api/interpreters.ts';
import { FastScoreClient } from '../../../client/client.ts';
import { asFastScoreError, EXIT_STATUS } from '../../../core/errors.ts';
import type { Cli } from '../../command.ts';
import { defineCommand } from '../../command.ts';
import { readEngineRecord } from '../../embedded/engine-record.ts';
import { probeEngine } from '../../embedded/probe.ts';
import { embeddedSocketPath } from '../../embedded/socket-path.ts';

export const command = defineCommand({
  about:
    'Tells whether your own engine is running, and starts nothing. Exit status 3: it is not. With -v, python and R are what runs ' +
    'a model that is loaded from here: what FASTSCORE_PYTHON and FASTSCORE_R name, else what is on the PATH, as with an ' +
    'activated venv. A model that is loaded already stays with what loaded it.',
  examples: [
    { line: 'fastscore engine status', text: 'running or stopped' },
    { line: 'fastscore engine status -v', text: 'with process, release, socket, home directory and interpreters' },
  ],
  async run(cli) {
    const socket = embeddedSocketPath(cli.home, cli.io.env);
    const health = await probeEngine(socket);
    const record = health === null ? null : await readEngineRecord(cli.home);
    const status = health === null ? 'stopped' : 'running';
    const facts = {
      pid: record?.pid,
      release: health?.release,
      started: record?.started,
      socket,
      home: cli.home.directory,
      log: cli.home.log,
      ...(cli.out.verbose ? await interpreters(cli) : {}),
      ...(cli.out.verbose && health !== null ? { model: await loadedModel(socket) } : {}),
    };
    const lines = Object.entries(facts).flatMap(([name, value]) =>
      value === undefined ? [] : [`${`${name}:`.padEnd(9)} ${value}`],
    );
    cli.out.result({ status, ...facts }, [status, ...(cli.out.verbose ? lines : [])].join('\n'));
    return health === null ? EXIT_STATUS.unreachable : 0;
  },
});

async function interpreters({ io }: Cli): Promise<Record<keyof Interpreters, string>> {
  const { describeInterpreter } = await import('../../describe-interpreter.ts');
  const describe = (language: keyof Interpreters): Promise<string> =>
    describeInterpreter(language, io).catch((error: unknown) => `none: ${asFastScoreError(error).message}`);
  const [python, R] = await Promise.all([describe('python'), describe('R')]);
  return { python, R };
}

/** The one that is loaded now, and what runs it; undefined when none is. */
async function loadedModel(socket: string): Promise<string | undefined> {
  const client = new FastScoreClient({ kind: 'socket', path: socket });
  try {
    const model = await client.engine.activeModel();
    return model === null ? undefined : `${model.name}, run by ${model.interpreter}`;
  } finally {
    await client.close();
  }
}
