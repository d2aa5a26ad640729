import type { FastScoreClient, Target } from '../client/client.ts';
import { FastScoreError } from '../core/errors.ts';
import type { CommandEntry } from './command.ts';
import type { Home } from './home.ts';
import { locateHome } from './home.ts';
import type { Io } from './io.ts';
import type { Output } from './output/output.ts';

/** What every command gets. Nothing here connects, reads or starts anything before it is asked to. */
export interface Cli {
  readonly io: Io;
  readonly out: Output;
  /** Aborted by Ctrl-C and by the end of stdout; the reason is a FastScoreError. */
  readonly signal: AbortSignal;
  readonly home: Home;
  /** The table of commands, for the help. */
  readonly commands: readonly CommandEntry[];
  /** Old habits where they were changed on purpose. */
  readonly compat: boolean;
  /**
   * The fleet that commands go to; starts the user's own engine when that is where they go.
   * @param engine the engine to speak to, in place of `engineName`
   */
  client(engine?: string): Promise<FastScoreClient>;
  /** Name of the engine that commands are about. */
  readonly engineName: string;
  /** Registers what has to be undone when the command ends, in whatever way; last in, first out. */
  defer(undo: () => Promise<void> | void): void;
}

export interface GlobalOptions {
  readonly url?: string | undefined;
  readonly engine?: string | undefined;
  readonly modelManage?: string | undefined;
}

export interface ContextOptions {
  readonly io: Io;
  readonly out: Output;
  readonly signal: AbortSignal;
  readonly commands: readonly CommandEntry[];
  readonly compat: boolean;
  readonly globals: GlobalOptions;
  /** Where commands go, for tests. */
  readonly connect?: (() => Promise<FastScoreClient>) | undefined;
}

/** A context, and the function that ends it. */
export function createContext(options: ContextOptions): { cli: Cli; close(): Promise<void> } {
  const undos: (() => Promise<void> | void)[] = [];
  const engineName = options.globals.engine ?? 'engine-1';
  const clients = new Map<string, Promise<FastScoreClient>>();
  const cli: Cli = {
    io: options.io,
    out: options.out,
    signal: options.signal,
    home: locateHome(options.io.env),
    commands: options.commands,
    compat: options.compat,
    engineName,
    client: (engine = engineName) => {
      const { connect, globals } = options;
      const client =
        clients.get(engine) ?? (connect === undefined ? openClient(cli, { ...globals, engine }) : connect());
      clients.set(engine, client);
      return client;
    },
    defer: (undo) => void undos.push(undo),
  };
  return { cli, close: () => undoAll(undos) };
}

async function openClient(cli: Cli, globals: GlobalOptions): Promise<FastScoreClient> {
  const [{ FastScoreClient }, target] = await Promise.all([import('../client/client.ts'), chooseTarget(cli, globals)]);
  const client = new FastScoreClient(target, {
    ...(globals.engine === undefined ? {} : { engine: globals.engine }),
    ...(globals.modelManage === undefined ? {} : { modelManage: globals.modelManage }),
  });
  cli.defer(() => client.close());
  if (target.kind === 'url') await assertCompatible(client);
  return client;
}

/** That nobody answers is for the command to say, which may be waiting for just that. */
async function assertCompatible(client: FastScoreClient): Promise<void> {
  try {
    await client.checkRelease();
  } catch (error) {
    if (!(error instanceof FastScoreError && error.code === 'ENGINE_UNREACHABLE')) throw error;
  }
}

/** `--url`, else `FASTSCORE_URL`, else what `connect` saved, else the user's own engine. */
async function chooseTarget(cli: Cli, globals: GlobalOptions): Promise<Target> {
  const url = globals.url ?? (cli.io.env.FASTSCORE_URL || undefined);
  if (url !== undefined) return urlTarget(url, cli.io.env.FASTSCORE_TOKEN);
  const { loadConnection } = await import('./connection-file.ts');
  const saved = await loadConnection(cli.home);
  if (saved !== null) return { ...urlTarget(saved.url, cli.io.env.FASTSCORE_TOKEN ?? saved.token), ...caOf(saved.ca) };
  const { ensureEmbeddedEngine } = await import('./embedded/ensure.ts');
  const starting = ensureEmbeddedEngine({ home: cli.home, env: cli.io.env, signal: cli.signal });
  return { kind: 'socket', path: await cli.out.progress.while(() => 'Starting the engine', starting) };
}

/** @throws FastScoreError BAD_INPUT when `url` is not an address */
export function urlTarget(url: string, token?: string): Target & { kind: 'url' } {
  if (!url.includes('://')) {
    throw new FastScoreError('BAD_INPUT', 'Proxy prefix must be an URL, e.g. https://dashboard:8000');
  }
  return { kind: 'url', url, ...(token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } }) };
}

const caOf = (ca: string | undefined): { ca?: string } => (ca === undefined ? {} : { ca });

async function undoAll(undos: (() => Promise<void> | void)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const undo of undos.splice(0).reverse()) {
    try {
      await undo();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length === 1) throw failures[0];
  if (failures.length > 1) throw new AggregateError(failures, 'Several things could not be closed');
}
