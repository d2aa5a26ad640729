import { FastScoreClient } from '../../client/client.ts';
import { FastScoreError } from '../../core/errors.ts';
import { defineCommand } from '../command.ts';
import type { SavedConnection } from '../connection-file.ts';
import { loadConnection, saveConnection } from '../connection-file.ts';
import type { Cli } from '../context.ts';
import { readAll } from '../io.ts';
import { during } from '../output/errors.ts';
import { askFor } from '../prompt.ts';
import { refuse } from '../refuse.ts';
import { assertUserName, basic, savedTarget } from '../target.ts';

const MODES = ['basicauth', 'basic', 'ldap', 'oauth2', 'sessioncookie'];

export const command = defineCommand({
  args: [
    ['<mode>', 'basicauth or ldap'],
    ['[user]', 'who you are; asked for when it is missing'],
    ['[password]', 'asked for when it is missing, which is better: others can see command lines'],
  ],
  options: {
    username: ['--username <name>', 'the same as the second word'],
    password: ['--password <password>', 'the same as the third word'],
    passwordStdin: ['--password-stdin', 'read the password from stdin'],
  },
  about:
    'Saves what the server chosen by `fastscore connect` wants to see. basicauth is not checked until the next command; ' +
    'ldap is checked at once. For a token use `fastscore connect --token-file`.',
  examples: [
    { line: 'fastscore login basicauth ann', text: 'asks for the password' },
    { line: 'fastscore login ldap --username ann --password-stdin < password', text: '' },
  ],
  async run(cli, [first, second, third], options) {
    const isMode = MODES.includes(first.toLowerCase());
    // Up to 1.8 the words were user and password.
    const [mode, user, password] = isMode ? [first.toLowerCase(), second, third] : ['ldap', first, second];
    if (!isMode && second === undefined && options.username === undefined) {
      return refuse(cli, `Unknown authentication mode: ${first}`, 'basicauth or ldap');
    }
    if (mode === 'oauth2' || mode === 'sessioncookie') throw unsupported(mode);
    const saved = await loadConnection(cli.home);
    if (saved?.url === undefined) {
      throw new FastScoreError('WRONG_STATE', "Not connected (use 'fastscore connect')", {
        hint: 'Your own engine wants no login',
      });
    }
    const name = options.username ?? user ?? (await askFor(cli.io, 'Username'));
    assertUserName(name);
    const given = options.passwordStdin ? await passwordOnStdin(cli) : (options.password ?? password);
    const secret = given ?? (await askFor(cli.io, 'Password', { hidden: true }));
    await saveConnection(cli.home, await withLogin(cli, saved, { mode, name, secret }));
    cli.out.done({ mode, user: name, result: 'saved' }, '');
    return 0;
  },
});

async function withLogin(
  cli: Cli,
  saved: SavedConnection,
  { mode, name, secret }: { mode: string | undefined; name: string; secret: string },
): Promise<SavedConnection> {
  const { authorization: _old, cookie: _oldCookie, ...rest } = saved;
  if (mode !== 'ldap') return { ...rest, authorization: basic(name, secret) };
  const client = new FastScoreClient(savedTarget(rest, cli.io.cwd)!);
  cli.defer(() => client.close());
  return { ...rest, cookie: await during('Access denied', client.login(name, secret)) };
}

const passwordOnStdin = async (cli: Cli): Promise<string> =>
  (await readAll(cli.io.stdin)).toString('utf8').replace(/\r?\n$/, '');

const unsupported = (mode: string): FastScoreError =>
  new FastScoreError('BAD_INPUT', `The mode ${mode} is not there: it needs a browser and a login page`, {
    hint: 'fastscore connect --token-file takes a token that you have got elsewhere',
  });
