import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Agent, fetch } from 'undici';

/** Where people log in, beside FastScore: with OAuth2, or with a page that gives them a cookie. */
export interface LoginProvider {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Lets everybody in.
 * @param server the URL of FastScore, for the cookie
 * @param token that it wants to see
 */
export async function startLoginProvider(server: string, token: string): Promise<LoginProvider> {
  const pages: Readonly<Record<string, (url: URL, reply: ServerResponse) => Promise<void> | void>> = {
    '/discovery': (url, reply) => {
      const endpoints = { authorization_endpoint: `${url.origin}/authorize`, token_endpoint: `${url.origin}/token` };
      reply.end(JSON.stringify({ ...endpoints, scopes_supported: ['email'] }));
    },
    '/authorize': (url, reply) => {
      const back = new URL(url.searchParams.get('redirect_uri') ?? '');
      back.search = new URLSearchParams({ code: 'c0de', state: url.searchParams.get('state') ?? '' }).toString();
      redirect(reply, back.href);
    },
    '/token': (_url, reply) => {
      reply.setHeader('content-type', 'application/json');
      reply.end(JSON.stringify({ access_token: token, token_type: 'Bearer', scope: 'email' }));
    },
    '/login': async (url, reply) => {
      reply.setHeader('set-cookie', await cookieOf(server, token));
      redirect(reply, url.searchParams.get('redirect_uri') ?? '');
    },
  };
  const listener = createServer(async (request: IncomingMessage, reply: ServerResponse) => {
    const url = new URL(request.url ?? '/', `http://${request.headers.host}`);
    request.resume();
    const page = pages[url.pathname];
    if (page === undefined) reply.writeHead(404).end();
    else await page(url, reply);
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(listener.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        listener.closeAllConnections();
        listener.close(() => resolve());
      }),
  };
}

function redirect(reply: ServerResponse, location: string): void {
  reply.writeHead(302, { location }).end();
}

async function cookieOf(server: string, token: string): Promise<string> {
  const dispatcher = new Agent({ connect: { rejectUnauthorized: false } });
  try {
    const body = new URLSearchParams({ username: 'ann', password: token });
    const reply = await fetch(`${server}/1/login`, { method: 'POST', body, dispatcher });
    await reply.text();
    return reply.headers.getSetCookie()[0] ?? '';
  } finally {
    await dispatcher.close();
  }
}
