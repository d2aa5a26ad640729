import { EXIT_STATUS } from '../../../core/errors.ts';
import { defineCommand } from '../../command.ts';
import { readEngineRecord } from '../../embedded/engine-record.ts';
import { probeEngine } from '../../embedded/probe.ts';
import { embeddedSocketPath } from '../../embedded/socket-path.ts';

export const command = defineCommand({
  about: 'Tells whether your own engine is running, and starts nothing. Exit status 3: it is not.',
  examples: [
    { line: 'fastscore engine status', text: 'running or stopped' },
    { line: 'fastscore engine status -v', text: 'with process, release, socket and home directory' },
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
    };
    const lines = Object.entries(facts).flatMap(([name, value]) =>
      value === undefined ? [] : [`${`${name}:`.padEnd(9)} ${value}`],
    );
    cli.out.result({ status, ...facts }, [status, ...(cli.out.verbose ? lines : [])].join('\n'));
    return health === null ? EXIT_STATUS.unreachable : 0;
  },
});
