import { defineCommand } from '../../command.ts';
import { ensureEmbeddedEngine } from '../../embedded/ensure.ts';

export const command = defineCommand({
  about:
    'Your own engine is a process in the background, on a socket that only you can use. Commands start it when they ' +
    'need it; it ends by itself when it has had nothing to do for 15 minutes (FASTSCORE_IDLE).',
  examples: [
    { line: 'fastscore engine start -v', text: '' },
    { line: 'FASTSCORE_IDLE=2h fastscore engine start', text: 'one that stays longer' },
  ],
  async run(cli) {
    const starting = ensureEmbeddedEngine({ home: cli.home, env: cli.io.env, signal: cli.signal });
    const { socket, leave } = await cli.out.progress.while(() => 'Starting the engine', starting);
    cli.defer(leave);
    cli.out.done({ socket, result: 'running' }, `Engine is running (${socket})`);
    return 0;
  },
});
