import { FastScoreError } from '../../core/errors.ts';
import type { Cli } from '../command.ts';
import { askFor } from '../prompt.ts';
import type { CallbackServer } from './callback-server.ts';
import { openCallbackServer } from './callback-server.ts';
import type { OAuth2Client } from './oauth2-login.ts';
import { discover, loginWithOAuth2 } from './oauth2-login.ts';
import { openBrowser } from './open-browser.ts';

/** What options of `fastscore login` say; what they leave out is asked for. */
export interface BrowserLoginOptions {
  readonly loginUrl: string | undefined;
  readonly clientId: string | undefined;
  readonly discoveryUrl: string | undefined;
  readonly authorizeUrl: string | undefined;
  readonly tokenUrl: string | undefined;
  readonly scope: string | undefined;
  /** null: there is none; undefined: not said. */
  readonly clientSecret: string | null | undefined;
}

/** What requests carry from then on. */
export type Session = { readonly authorization: string } | { readonly cookie: string };

/** Lets a person log in at a page of a login provider, as 1.10 did: the browser comes back to a port of this machine. */
export async function logInWithBrowser(
  cli: Cli,
  mode: 'oauth2' | 'sessioncookie',
  options: BrowserLoginOptions,
): Promise<Session> {
  const client = mode === 'oauth2' ? await oauth2Client(cli, options) : null;
  const page = client === null ? address(options.loginUrl ?? (await askFor(cli.io, 'Login URL'))) : null;
  const server = await openCallbackServer();
  try {
    if (client !== null) {
      const token = await loginWithOAuth2(client, server.url, (url) => visit(cli, server, url));
      return { authorization: `Bearer ${token}` };
    }
    page!.searchParams.set('redirect_uri', server.url);
    const { cookie } = await visit(cli, server, page!.href);
    if (cookie === '') throw new FastScoreError('UNAUTHORISED', 'The browser came back without a cookie');
    return { cookie };
  } finally {
    await server.close();
  }
}

async function oauth2Client(cli: Cli, options: BrowserLoginOptions): Promise<OAuth2Client> {
  const ask = (what: string): Promise<string> => askFor(cli.io, what);
  const clientId = options.clientId ?? (await ask('Client ID'));
  const clientSecret = options.clientSecret ?? (await secretOf(cli, options));
  const isKnown = options.authorizeUrl !== undefined && options.tokenUrl !== undefined;
  const discoveryUrl = options.discoveryUrl ?? (isKnown ? '' : await ask('Discovery endpoint (empty for none)'));
  const found = discoveryUrl === '' ? null : await discover(cli, address(discoveryUrl).href);
  const authorizeUrl = options.authorizeUrl ?? found?.authorizeUrl ?? (await ask('Authorization endpoint'));
  const tokenUrl = options.tokenUrl ?? found?.tokenUrl ?? (await ask('Token endpoint'));
  const scope = options.scope ?? found?.scope ?? (await ask('Scope'));
  return {
    clientId,
    clientSecret,
    authorizeUrl: address(authorizeUrl).href,
    tokenUrl: address(tokenUrl).href,
    scope,
  };
}

async function secretOf(cli: Cli, { clientSecret }: BrowserLoginOptions): Promise<string | null> {
  if (clientSecret === null) return null;
  return (await askFor(cli.io, 'Client secret (empty for none)', { hidden: true })) || null;
}

function address(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url !== null && /^https?:$/.test(url.protocol)) return url;
  throw new FastScoreError('BAD_INPUT', `'${text}' is not an address such as https://login.example/authorize`);
}

/** Until the browser comes back, or the person has enough. */
async function visit(cli: Cli, server: CallbackServer, page: string): Promise<Awaited<CallbackServer['called']>> {
  openBrowser(cli, page);
  const interrupted = new Promise<never>((_, reject) => {
    const stop = (): void => reject(cli.signal.reason);
    if (cli.signal.aborted) stop();
    else cli.signal.addEventListener('abort', stop, { once: true });
  });
  return await Promise.race([server.called, interrupted]);
}
