import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { createSecureContext } from 'node:tls';
import { FastScoreError } from '../../core/errors.ts';
import type { TlsKeys } from '../../server/create-server.ts';
import type { ListenAddress } from '../../server/listen.ts';
import type { Cli } from '../command.ts';
import { defineCommand } from '../command.ts';
import { LIMIT_OPTION } from '../limit-option.ts';
import { parseListenAddress } from '../listen-address.ts';
import { parseCount } from '../numbers.ts';
import { fileError } from '../read-input.ts';

export const command = defineCommand({
  options: {
    listen: ['--listen <host:port>', 'address on TCP; port 0 is any free one (default: 127.0.0.1:8000)'],
    socket: ['--socket <path>', 'a Unix socket instead; its directory must be closed to others'],
    engines: ['--engines <n>', 'number of engines: engine-1, engine-2, ... (default: 1)'],
    config: ['--config <file>', 'the configuration of the fleet: its engines by name; see fastscore config set'],
    tokenFile: [
      '--token-file <file>',
      'a token of 16 characters or more that every request must carry; needed beyond this machine',
    ],
    tls: ['--tls', 'https, with a certificate of its own that is made once and kept'],
    tlsCert: ['--tls-cert <file>', 'https, with this certificate and those that vouch for it, PEM'],
    tlsKey: ['--tls-key <file>', 'the private key of that certificate, PEM'],
    dataRoot: ['--data-root <dir>', 'streams may read and write files in this directory only, and run no commands'],
    limit: LIMIT_OPTION,
    host: ['--host <name>', 'a name under which clients address this server', 'repeat'],
    embedded: ['--embedded', "be the user's own engine", 'hidden'],
  },
  about:
    'Runs until Ctrl-C or SIGTERM; a second one ends it at once. It says on stderr where it listens, with --json on stdout. Catalog and ' +
    'snapshots are those of FASTSCORE_HOME, which one server at a time works on.',
  examples: [
    { line: 'fastscore serve', text: 'on this machine; then: fastscore connect http://127.0.0.1:8000' },
    { line: 'fastscore serve --listen 0.0.0.0:8000 --token-file token', text: 'for others too' },
    { line: 'fastscore serve --tls', text: 'over https, as clients of FastScore 1.10 want it' },
    { line: 'fastscore serve --config config.yaml', text: 'the engines that a configuration of FastScore 1.10 names' },
    { line: 'fastscore serve --socket ~/fs/engine.sock --engines 2', text: 'two engines on a socket' },
  ],
  endsItself: true,
  async run(cli, _args, options) {
    const { listen, socket, engines, config, tokenFile, dataRoot, host, embedded } = options;
    if (embedded) {
      const { serveEmbedded } = await import('../embedded/serve-embedded.ts');
      await serveEmbedded(cli);
      return 0;
    }
    const [{ serve }, { readLimits }, { lockForServing }] = await Promise.all([
      import('../serve.ts'),
      import('../limits.ts'),
      import('../serve-lock.ts'),
    ]);
    const address = parseListenAddress(cli.io.cwd, { listen, socket });
    const tls = await chooseTls(cli, address, options);
    cli.defer(await lockForServing(cli.home));
    const serving = await serve({
      home: cli.home,
      address,
      tls,
      engines: parseCount('--engines', engines) ?? 1,
      configuration: config === undefined ? undefined : { file: config, text: await readText(cli, config) },
      dataRoot: dataRoot === undefined ? null : await existingDirectory(cli, dataRoot),
      limits: readLimits(cli.io.env, options.limit),
      token: await readToken(cli, tokenFile),
      hosts: host,
    });
    cli.defer(() => serving.close());
    if (cli.out.json) cli.out.item({ listening: serving.listening.address }, '');
    else cli.out.note(`Listening on ${serving.listening.address}`);
    await new Promise<void>((resolveStop) => {
      if (cli.signal.aborted) resolveStop();
      else cli.signal.addEventListener('abort', () => resolveStop(), { once: true });
    });
    return 0;
  },
});

interface TlsOptions {
  readonly tls: boolean;
  readonly tlsCert: string | undefined;
  readonly tlsKey: string | undefined;
  readonly host: readonly string[];
}

async function chooseTls(cli: Cli, address: ListenAddress, options: TlsOptions): Promise<TlsKeys | undefined> {
  const { tls, tlsCert, tlsKey, host } = options;
  if (!tls && tlsCert === undefined && tlsKey === undefined) return undefined;
  if (address.kind === 'socket') throw new FastScoreError('BAD_INPUT', 'A socket needs no TLS: nobody else can listen');
  if (tlsCert === undefined && tlsKey === undefined) {
    const { ownCertificate } = await import('../certificate.ts');
    const { certFile, ...keys } = await ownCertificate(cli.home, [address.host, ...host].filter(isReachableName));
    cli.out.note(`Clients that check certificates are told of this one: fastscore connect --ca ${certFile}`);
    return keys;
  }
  if (tlsCert === undefined || tlsKey === undefined) {
    throw new FastScoreError('BAD_INPUT', '--tls-cert and --tls-key go together', {
      hint: 'Give both, or --tls alone for a certificate of its own',
    });
  }
  const keys = { cert: await readText(cli, tlsCert), key: await readText(cli, tlsKey) };
  try {
    createSecureContext(keys);
  } catch (cause) {
    throw new FastScoreError('BAD_INPUT', `${tlsCert} and ${tlsKey} are no certificate and its key, as PEM`, { cause });
  }
  return keys;
}

async function existingDirectory(cli: Cli, path: string): Promise<string> {
  const full = resolve(cli.io.cwd, path);
  const found = await stat(full).catch((cause: unknown) => {
    throw fileError(path, cause);
  });
  if (found.isDirectory()) return full;
  throw new FastScoreError('BAD_INPUT', `${path} is not a directory`);
}

/** All addresses at once are no name that a client could ask for. */
const isReachableName = (host: string): boolean => host !== '0.0.0.0' && host !== '::';

function readText(cli: Cli, file: string): Promise<string> {
  return readFile(resolve(cli.io.cwd, file), 'utf8').catch((cause: unknown) => {
    throw fileError(file, cause);
  });
}

async function readToken(cli: Cli, file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined;
  const token = (await readText(cli, file)).trim();
  if (token !== '') return token;
  throw new FastScoreError('BAD_INPUT', `The token file ${file} is empty`);
}
