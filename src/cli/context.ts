import type { Interpreters } from '../api/interpreters.ts';
import type { FastScoreClient, Target } from '../client/client.ts';
import { FastScoreError } from '../core/errors.ts';
import type { Cli, CommandEntry } from './command.ts';
import type { SavedConnection } from './connection-file.ts';
import { locateHome } from './home.ts';
import type { Io } from './io.ts';
import type { Output } from './output/output.ts';
import { chosenTarget } from './target.ts';

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

export interface Context {
  readonly cli: Cli;
  /** Whether Ctrl-C is the proper end of the command. */
  endsOnInterrupt(): boolean;
  close(): Promise<void>;
}

/** What one command gets; `close` undoes what it has registered. */
export function createContext(options: ContextOptions): Context {
  let endless = false;
  const undos: (() => Promise<void> | void)[] = [];
  const { engine: engineOption } = options.globals;
  let saved: Promise<SavedConnection | null> | undefined;
  const loadSaved = (): Promise<SavedConnection | null> => {
    saved ??= import('./connection-file.ts').then(({ loadConnection }) => loadConnection(cli.home));
    return saved;
  };
  const clients = new Map<string, Promise<FastScoreClient>>();
  const cli: Cli = {
    io: options.io,
    out: options.out,
    signal: options.signal,
    home: locateHome(options.io.env),
    commands: options.commands,
    compat: options.compat,
    engineName: async () => engineOption ?? (await loadSaved())?.engine ?? 'engine-1',
    targetName: async ({ forStats } = { forStats: false }) =>
      engineOption ??
      (await loadSaved())?.target ??
      noTarget(cli.compat && forStats ? OLD_STATS_HINT : "see 'fastscore use'"),
    client: async (engine) => {
      const { connect, globals } = options;
      const name = engine ?? (await cli.engineName());
      const open = async () => openClient(cli, { ...globals, engine: name }, await loadSaved());
      const client = clients.get(name) ?? (connect === undefined ? open() : connect());
      clients.set(name, client);
      return client;
    },
    endOnInterrupt: () => {
      endless = true;
    },
    defer: (undo) => void undos.push(undo),
  };
  return { cli, endsOnInterrupt: () => endless, close: () => undoAll(undos) };
}

async function openClient(cli: Cli, globals: GlobalOptions, saved: SavedConnection | null): Promise<FastScoreClient> {
  const [{ FastScoreClient }, { target, isOwn }] = await Promise.all([
    import('../client/client.ts'),
    chooseTarget(cli, globals, saved),
  ]);
  const modelManage = globals.modelManage ?? saved?.modelManage;
  const other = target.kind === 'url' ? target.url : 'the engine';
  const client = new FastScoreClient(target, {
    onRequest: (answered) => void cli.out.progress.while(() => `Waiting for ${other}`, answered, { isVague: true }),
    // The own engine runs models as this shell would, be it started by another one.
    // One that is told to end before the command has begun is started again.
    ...(isOwn ? { namedInterpreters: () => namedHere(cli.io), revive: async () => void (await ownEngine(cli)) } : {}),
    ...(globals.engine === undefined ? {} : { engine: globals.engine }),
    ...(modelManage === undefined ? {} : { modelManage }),
  });
  cli.defer(() => client.close());
  if (target.kind === 'url') await assertCompatible(client);
  return client;
}

async function namedHere({ env, cwd }: Io): Promise<Interpreters> {
  const { namedInterpreters } = await import('../jets/named-interpreters.ts');
  return namedInterpreters(env, cwd);
}

/** That nobody answers is for the command to say, which may be waiting for just that. */
async function assertCompatible(client: FastScoreClient): Promise<void> {
  try {
    await client.checkRelease();
  } catch (error) {
    if (!(error instanceof FastScoreError && error.code === 'ENGINE_UNREACHABLE')) throw error;
  }
}

/** Where commands go, and whether that is the user's own engine. */
interface Choice {
  readonly target: Target;
  readonly isOwn: boolean;
}

async function chooseTarget(cli: Cli, globals: GlobalOptions, saved: SavedConnection | null): Promise<Choice> {
  const target = chosenTarget(cli.io, saved, globals.url);
  if (target !== null) return { target, isOwn: false };
  return { target: { kind: 'socket', path: await ownEngine(cli) }, isOwn: true };
}

/** Starts it when it does not run; it stays until the command is over. @returns its socket */
async function ownEngine(cli: Cli): Promise<string> {
  const { ensureEmbeddedEngine } = await import('./embedded/ensure.ts');
  const starting = ensureEmbeddedEngine({ home: cli.home, env: cli.io.env, signal: cli.signal });
  const { socket, leave } = await cli.out.progress.while(() => 'Starting the engine', starting);
  cli.defer(leave);
  return socket;
}

/** As 1.10 spelled it, and as scripts may look for it. */
const OLD_STATS_HINT = "use 'fascore use'";

function noTarget(where: string): never {
  throw new FastScoreError('WRONG_STATE', `Target not selected (${where})`, {
    hint: 'fastscore use engine-1, or --engine engine-1 for one call',
  });
}

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
