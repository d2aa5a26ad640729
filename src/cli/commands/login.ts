import { FastScoreClient } from '../../client/client.ts';
import { FastScoreError } from '../../core/errors.ts';
import type { Cli } from '../command.ts';
import { defineCommand } from '../command.ts';
import type { SavedConnection } from '../connection-file.ts';
import { loadConnection, saveConnection } from '../connection-file.ts';
import { readAll } from '../io.ts';
import { during } from '../output/errors.ts';
import { askFor } from '../prompt.ts';
import { refuse } from '../refuse.ts';
import { assertUserName, basic, savedTarget } from '../target.ts';

const MODES = ['basicauth', 'basic', 'ldap', 'oauth2', 'sessioncookie'];

export const command = defineCommand({
  args: [
    ['<mode>', 'basicauth, ldap, oauth2 or sessioncookie'],
    ['[user]', 'who you are; asked for when it is missing'],
    ['[password]', 'asked for when it is missing, which is better: others can see command lines'],
  ],
  options: {
    username: ['--username <name>', 'the same as the second word'],
    password: ['--password <password>', 'the same as the third word'],
    passwordStdin: ['--password-stdin', 'read the password, or the client secret, from stdin'],
    loginUrl: ['--login-url <url>', 'page that gives a session cookie'],
    clientId: ['--client-id <id>', 'what the OAuth2 provider calls this client'],
    noSecret: ['--public', 'the OAuth2 client has no secret'],
    discoveryUrl: ['--discovery-url <url>', 'where the OAuth2 provider says what its endpoints are; or else:'],
    authorizeUrl: ['--authorize-url <url>', 'where people agree'],
    tokenUrl: ['--token-url <url>', 'where tokens come from'],
    scope: ['--scope <words>', 'what the token shall be good for'],
  },
  about:
    'Saves what the server chosen by `fastscore connect` wants to see. basicauth is not checked until the next command; ' +
    'ldap is checked at once. oauth2 and sessioncookie open a page in your browser, which must come back to ' +
    'http://localhost:1234/auth_callback; what the options leave out is asked for. For a token that you have use `fastscore connect --token-file`.',
  examples: [
    { line: 'fastscore login basicauth ann', text: 'asks for the password' },
    { line: 'fastscore login ldap --username ann --password-stdin < password', text: '' },
    { line: 'fastscore login oauth2 --client-id fs --discovery-url https://login.example/discovery', text: '' },
  ],
  async run(cli, [first, second, third], options) {
    const isMode = MODES.includes(first.toLowerCase());
    // Up to 1.8 the words were user and password.
    const [mode, user, password] = isMode ? [first.toLowerCase(), second, third] : ['ldap', first, second];
    if (!isMode && second === undefined && options.username === undefined) {
      return refuse(cli, `Unknown authentication mode: ${first}`, 'basicauth, ldap, oauth2 or sessioncookie');
    }
    const saved = await loadConnection(cli.home);
    if (saved?.url === undefined) {
      throw new FastScoreError('WRONG_STATE', "Not connected (use 'fastscore connect')", {
        hint: 'Your own engine wants no login',
      });
    }
    if (mode === 'oauth2' || mode === 'sessioncookie') {
      const { logInWithBrowser } = await import('../browser-login/log-in.ts');
      const clientSecret = options.noSecret ? null : options.passwordStdin ? await passwordOnStdin(cli) : undefined;
      const session = await logInWithBrowser(cli, mode, { ...options, clientSecret });
      await saveConnection(cli.home, { ...withoutLogin(saved), ...session });
      cli.out.result({ mode, result: 'saved' }, cli.out.colours.green('Authentication successful'));
      return 0;
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
  const rest = withoutLogin(saved);
  if (mode !== 'ldap') return { ...rest, authorization: basic(name, secret) };
  const client = new FastScoreClient(savedTarget(rest, cli.io.cwd)!);
  cli.defer(() => client.close());
  return { ...rest, cookie: await during('Access denied', client.login(name, secret)) };
}

const passwordOnStdin = async (cli: Cli): Promise<string> =>
  (await readAll(cli.io.stdin)).toString('utf8').replace(/\r?\n$/, '');

const withoutLogin = ({ authorization: _, cookie: __, ...rest }: SavedConnection): SavedConnection => rest;
