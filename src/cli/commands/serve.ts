import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { FastScoreError } from '../../core/errors.ts';
import { defineCommand } from '../command.ts';
import type { Cli } from '../context.ts';
import { parseListenAddress } from '../listen-address.ts';
import { parseCount } from '../numbers.ts';
import { fileError } from '../read-input.ts';

export const command = defineCommand({
  options: {
    listen: ['--listen <host:port>', 'address on TCP; port 0 is any free one (default: 127.0.0.1:8000)'],
    socket: ['--socket <path>', 'a Unix socket instead; its directory must be closed to others'],
    engines: ['--engines <n>', 'number of engines: engine-1, engine-2, ... (default: 1)'],
    tokenFile: ['--token-file <file>', 'a token that every request must carry; needed beyond this machine'],
    host: ['--host <name>', 'a name under which clients address this server', 'repeat'],
    embedded: ['--embedded', "be the user's own engine", 'hidden'],
  },
  about:
    'Runs until Ctrl-C or SIGTERM; a second one ends it at once. It says on stderr where it listens, with --json on stdout. Catalog and ' +
    'snapshots are those of FASTSCORE_HOME.',
  examples: [
    { line: 'fastscore serve', text: 'on this machine; then: fastscore connect http://127.0.0.1:8000' },
    { line: 'fastscore serve --listen 0.0.0.0:8000 --token-file token', text: 'for others too' },
    { line: 'fastscore serve --socket ~/fs/engine.sock --engines 2', text: 'two engines on a socket' },
  ],
  endsItself: true,
  async run(cli, _args, { listen, socket, engines, tokenFile, host, embedded }) {
    if (embedded) {
      const { serveEmbedded } = await import('../embedded/serve-embedded.ts');
      await serveEmbedded(cli);
      return 0;
    }
    const { serve } = await import('../serve.ts');
    const serving = await serve({
      home: cli.home,
      address: parseListenAddress(cli.io.cwd, { listen, socket }),
      engines: parseCount('--engines', engines) ?? 1,
      token: await readToken(cli, tokenFile),
      hosts: host,
    });
    cli.defer(() => serving.close());
    const { address } = serving.listening;
    if (cli.out.json) cli.out.item({ listening: address }, '');
    else cli.out.note(`Listening on ${address}`);
    await new Promise<void>((resolveStop) => {
      if (cli.signal.aborted) resolveStop();
      else cli.signal.addEventListener('abort', () => resolveStop(), { once: true });
    });
    return 0;
  },
});

async function readToken(cli: Cli, file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined;
  const text = await readFile(resolve(cli.io.cwd, file), 'utf8').catch((cause: unknown) => {
    throw fileError(file, cause);
  });
  const token = text.trim();
  if (token !== '') return token;
  throw new FastScoreError('BAD_INPUT', `The token file ${file} is empty`);
}
