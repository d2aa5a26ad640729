import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { FastScoreClient } from '../../client/client.ts';
import { mayPass } from '../../client/failure.ts';
import { asFastScoreError, FastScoreError } from '../../core/errors.ts';
import type { Cli } from '../command.ts';
import { defineCommand } from '../command.ts';
import type { SavedConnection } from '../connection-file.ts';
import { forgetConnection, loadConnection, saveConnection } from '../connection-file.ts';
import { embeddedSocketPath } from '../embedded/socket-path.ts';
import { makeHome } from '../home.ts';
import { parseSeconds } from '../numbers.ts';
import { pause } from '../pause.ts';
import { askFor } from '../prompt.ts';
import { fileError } from '../read-input.ts';
import { addressOf, basic, bearer, chosenTarget, parseTarget, savedTarget } from '../target.ts';

const POLL_MS = 500;
/** For a server that is expected to come up. */
const LONGEST_WAIT_MS = 60_000;
/** For one answer of a server that should be there. */
const ANSWER_MS = 10_000;

export const command = defineCommand({
  args: [
    ['[url]', 'address such as https://host:8000, or unix:/path of a socket; none: show where commands go'],
    ['[user]', 'who you are, for basic authentication; also user:password'],
    ['[password]', 'asked for when it is missing, which is better: others can see command lines'],
  ],
  options: {
    embedded: ['--embedded', 'forget the server: commands go to your own engine again'],
    nowait: ['--nowait', 'save the address without asking the server'],
    wait: ['--wait', 'wait for a server that does not answer yet, as one that has just been started'],
    timeout: ['--timeout <seconds>', 'how long --wait waits (default: 60); alone it is --wait, too'],
    tokenFile: ['--token-file <file>', 'the token that the server wants; also FASTSCORE_TOKEN'],
    ca: ['--ca <file>', 'certificates, PEM, to trust beside those of the system'],
  },
  about: 'Asks the server whether it is there, and saves the address for the commands that follow.',
  examples: [
    { line: 'fastscore connect https://dashboard:8000 -v', text: '' },
    { line: 'fastscore connect http://10.0.0.5:8000 --token-file ~/token', text: 'a server that wants a token' },
    { line: 'fastscore connect http://127.0.0.1:8000 --wait', text: 'a server that has just been started' },
    { line: 'fastscore connect unix:/run/fastscore/engine.sock', text: 'a server on a Unix socket' },
    { line: 'fastscore connect --embedded', text: 'back to your own engine' },
  ],
  async run(cli, [url, user, password], options) {
    if (options.embedded) {
      await forgetConnection(cli.home);
      cli.out.done({ target: 'embedded' }, 'Commands go to your own engine');
      return 0;
    }
    if (url === undefined) {
      await showTarget(cli);
      return 0;
    }
    const read = (file: string | undefined): Promise<string | undefined> => readText(cli, file);
    const token = (await read(options.tokenFile))?.trim() ?? cli.io.env.FASTSCORE_TOKEN;
    const ca = await read(options.ca);
    const { cwd } = cli.io;
    const target = parseTarget(url, cwd);
    const authorization =
      user !== undefined ? await login(cli, user, password) : token === undefined ? undefined : bearer(token);
    const connection: SavedConnection = {
      url: addressOf(target),
      ...(authorization === undefined ? {} : { authorization }),
      ...(ca === undefined ? {} : { ca }),
    };
    const timeoutMs = parseSeconds('--timeout', options.timeout);
    // FastScore 1.10 always waited.
    const waits = options.wait || timeoutMs !== undefined || cli.compat;
    const waitMs = waits ? (timeoutMs ?? LONGEST_WAIT_MS) : 0;
    const refused = options.nowait ? null : await askServer(cli, connection, waitMs);
    await makeHome(cli.home);
    await saveConnection(cli.home, connection);
    if (refused !== null) throw refused;
    cli.out.done({ target: target.kind, url: connection.url }, `Connected to FastScore proxy at ${url}`);
    return 0;
  },
});

async function login(cli: Cli, user: string, password: string | undefined): Promise<string> {
  const colon = user.indexOf(':');
  if (colon !== -1) return basic(user.slice(0, colon), user.slice(colon + 1));
  return basic(user, password ?? (await askFor(cli.io, 'Password', { hidden: true })));
}

async function showTarget(cli: Cli): Promise<void> {
  const target = chosenTarget(cli.io, await loadConnection(cli.home));
  const socket = embeddedSocketPath(cli.home, cli.io.env);
  if (target === null) cli.out.result({ target: 'embedded', socket }, `your own engine (${socket})`);
  else cli.out.result({ target: target.kind, url: addressOf(target) }, addressOf(target));
}

/**
 * @param waitMs how long a server may be silent; everything else is final
 * @returns the refusal of a server that is there and wants authorisation, so that `fastscore login` can follow
 */
async function askServer(cli: Cli, connection: SavedConnection, waitMs: number): Promise<FastScoreError | null> {
  const timeoutMs = waitMs === 0 ? ANSWER_MS : waitMs;
  const client = new FastScoreClient(savedTarget(connection, cli.io.cwd)!, { timeoutMs });
  cli.defer(() => client.close());
  const deadline = performance.now() + waitMs;
  cli.out.confirmPart('Waiting...');
  for (;;) {
    try {
      await client.checkRelease();
      // Everybody may ask for health: this shows whether the token is the right one.
      await client.connect.fleet();
      cli.out.confirm('');
      return null;
    } catch (thrown) {
      const error = asFastScoreError(thrown);
      if (error.code === 'UNAUTHORISED') return error;
      if (!mayPass(error)) throw error;
      if (waitMs === 0) throw notThere(error);
      if (performance.now() + POLL_MS > deadline) throw error;
    }
    cli.out.confirmPart('.');
    await pause(cli, `Waiting for ${connection.url}`, POLL_MS);
  }
}

function notThere({ code, message, hint, details, cause }: FastScoreError): FastScoreError {
  const waiting = 'or give --wait, when it is about to start';
  return new FastScoreError(code, message, {
    hint: hint === undefined ? waiting : `${hint}; ${waiting}`,
    details,
    cause,
  });
}

async function readText(cli: Cli, file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined;
  return readFile(resolve(cli.io.cwd, file), 'utf8').catch((cause: unknown) => {
    throw fileError(file, cause);
  });
}
