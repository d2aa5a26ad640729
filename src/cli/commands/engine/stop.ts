import { FastScoreError } from '../../../core/errors.ts';
import { defineCommand } from '../../command.ts';
import { loadConnection } from '../../connection-file.ts';
import { stopEmbeddedEngine } from '../../embedded/stop.ts';
import { parseSeconds } from '../../numbers.ts';

/** The engine itself gives up closing later than this, see `serve-embedded.ts`. */
const STOP_MS = 20_000;

export const command = defineCommand({
  options: { timeout: ['--timeout <seconds>', 'how long it may take to end (default: 20)'] },
  about:
    'Ends your own engine, with what it runs, and waits until it is gone. Stored models and snapshots stay. Exit status 7: it ' +
    'has been told to end, and still runs.',
  examples: [{ line: 'fastscore engine stop -v', text: '' }],
  async run(cli, _args, { timeout }) {
    const timeoutMs = parseSeconds('--timeout', timeout) ?? STOP_MS;
    const stopping = stopEmbeddedEngine(cli.home, cli.io.env, timeoutMs);
    const stopped = await cli.out.progress.while(() => 'Stopping the engine', stopping);
    if (!stopped && (await loadConnection(cli.home))?.url !== undefined) throw notYours();
    cli.out.done({ result: stopped ? 'stopped' : 'unchanged' }, stopped ? 'Engine stopped' : 'Engine is not running');
    return 0;
  },
});

function notYours(): FastScoreError {
  return new FastScoreError(
    'WRONG_STATE',
    'Your own engine is not running, and the one you are connected to is not yours to end',
    {
      hint: 'fastscore job stop, to stop what it runs',
    },
  );
}
