import type { AuthorizationServer } from 'oauth4webapi';
import { FastScoreError } from '../../core/errors.ts';
import { isLoopback } from '../../util/loopback.ts';
import type { Cli } from '../command.ts';
import type { Callback } from './callback-server.ts';

export interface OAuth2Client {
  readonly clientId: string;
  /** null for a public client. */
  readonly clientSecret: string | null;
  readonly authorizeUrl: string;
  readonly tokenUrl: string;
  readonly scope: string;
}

/**
 * The authorization code flow (RFC 6749, section 4.1) with PKCE (RFC 7636).
 * @param visit shows a page to the person, and resolves with what the browser came back with
 * @returns the access token
 * @throws FastScoreError UNAUTHORISED
 */
export async function loginWithOAuth2(
  client: OAuth2Client,
  callbackUrl: string,
  visit: (page: string) => Promise<Callback>,
): Promise<string> {
  const oauth = await import('oauth4webapi');
  const server: AuthorizationServer = {
    issuer: new URL(client.authorizeUrl).origin,
    authorization_endpoint: client.authorizeUrl,
    token_endpoint: client.tokenUrl,
  };
  const registered = { client_id: client.clientId };
  const verifier = oauth.generateRandomCodeVerifier();
  const state = oauth.generateRandomState();
  const page = new URL(client.authorizeUrl);
  const parameters = {
    client_id: client.clientId,
    redirect_uri: callbackUrl,
    response_type: 'code',
    scope: client.scope,
    state,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  };
  for (const [name, value] of Object.entries(parameters)) page.searchParams.set(name, value);
  const { url } = await visit(page.href);
  const proof = client.clientSecret === null ? oauth.None() : oauth.ClientSecretPost(client.clientSecret);
  try {
    const answer = oauth.validateAuthResponse(server, registered, url, state);
    const reply = await oauth.authorizationCodeGrantRequest(server, registered, proof, answer, callbackUrl, verifier, {
      // A provider on this very machine, as in tests.
      [oauth.allowInsecureRequests]: isLoopback(new URL(client.tokenUrl).hostname),
    });
    return (await oauth.processAuthorizationCodeResponse(server, registered, reply)).access_token;
  } catch (cause) {
    throw new FastScoreError('UNAUTHORISED', 'The login provider gave no token', { cause });
  }
}

/** What a provider says of itself, as OpenID Connect Discovery has it. */
export async function discover(
  cli: Cli,
  url: string,
): Promise<Pick<OAuth2Client, 'authorizeUrl' | 'tokenUrl' | 'scope'>> {
  const { fetch } = await import('undici');
  try {
    const reply = await fetch(url, { signal: cli.signal });
    const found = (await reply.json()) as Record<string, unknown>;
    const { authorization_endpoint: authorizeUrl, token_endpoint: tokenUrl, scopes_supported: scopes } = found;
    if (typeof authorizeUrl !== 'string' || typeof tokenUrl !== 'string') throw new Error('it names no endpoints');
    return { authorizeUrl, tokenUrl, scope: Array.isArray(scopes) ? scopes.join(' ') : '' };
  } catch (cause) {
    throw new FastScoreError('BAD_INPUT', `No login provider describes itself at ${url}`, { cause });
  }
}
