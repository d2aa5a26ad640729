import { join } from 'node:path';
import { startLoginProvider } from '../support/login-provider.ts';
import type { Person } from '../support/row.ts';
import type { Group } from './group.ts';
import { GAIN } from './models-of-rows.ts';

const TOKEN = 'open-sesame-open:%';
const BROWSER = `node ${join(import.meta.dirname, '..', 'support', 'browser.mjs')} %s &`;

/** The client listens on this port of its own until the browser comes back. */
async function logsIn({ start, url }: Person, words: string, answers: (provider: string) => string[]): Promise<void> {
  const provider = await startLoginProvider(url, TOKEN);
  try {
    const input = `${answers(provider.url).join('\n')}\n`;
    const { status, stdout, stderr } = await start(words, { input, env: { BROWSER } }).ended;
    if (status !== 0 || !stdout.endsWith('Authentication successful\x1b[0m\n')) throw new Error(`${stdout}${stderr}`);
  } finally {
    await provider.close();
  }
}

export const authentication: Group = {
  title: 'A server that wants a token',
  token: TOKEN,
  files: GAIN,
  first: [],
  rows: [
    {
      call: 'fleet, without a login',
      attempt: ({ refused }) => refused('fleet', 'Authorization required\n'),
    },
    {
      call: 'fleet -json, without a login',
      attempt: ({ refused }) =>
        refused('fleet -json', '{\n  "error": "Error: Cannot retrieve fleet info\\n  Caused by: (401)'),
    },
    {
      call: 'login basicauth, then fleet: a wrong password',
      async attempt({ silent, refused }) {
        await silent('login basicauth -username:ann -password:wrong');
        await refused('fleet', 'Authorization required\n');
      },
    },
    {
      call: 'login ldap -username:U -password:P, a wrong password',
      attempt: ({ refused }) => refused('login ldap -username:ann -password:wrong', 'Authorization required\n'),
    },
    {
      call: 'login basicauth, then fleet: the token as the password',
      async attempt({ start, sees, silent }) {
        // Given as an option it would end at its colon.
        const command = start('login basicauth -username:ann', { terminal: true });
        await command.printed(/Password:/);
        command.type('open-sesame-open:%\r');
        const { status, stdout } = await command.ended;
        if (status !== 0) throw new Error(stdout);
        await sees('fleet', /^Name .*\n.*\nengine-1 /);
        await silent('model add gain gain.py3');
      },
    },
    {
      call: 'run M S0 S1 -wait, model output: with a login',
      async attempt({ silent, sees }) {
        await silent('run gain inline:2 rest: -wait');
        await sees('model output', '6\n');
      },
    },
    {
      call: 'login sessioncookie, then fleet, model list',
      async attempt(person) {
        const { refused, sees } = person;
        await person.silent('login basicauth -username:ann -password:wrong');
        await refused('fleet', 'Authorization required\n');
        await person.silent(`connect ${person.url}`);
        await refused('fleet', 'Authorization required\n');
        await logsIn(person, 'login sessioncookie', (provider) => [`${provider}/login`]);
        await sees('fleet', /^Name .*\n.*\nengine-1 /);
        await sees('model list', /^Name .*\n.*\ngain /);
      },
    },
    {
      call: 'pneumo history, pneumo: with a session cookie',
      async attempt({ reads, start }) {
        if (!/health/.test(await reads('pneumo history -json'))) throw new Error('there is no history');
        const command = start('pneumo');
        await command.printed(/./);
        command.interrupt();
        await command.ended;
      },
    },
    {
      call: 'login oauth2, then fleet, run, model output',
      async attempt(person) {
        await person.silent(`connect ${person.url}`);
        await person.refused('fleet', 'Authorization required\n');
        await logsIn(person, 'login oauth2', (provider) => [
          ...['client', 'N', 'N', `${provider}/authorize`, `${provider}/token`, 'email'],
        ]);
        await person.sees('fleet', /^Name .*\n.*\nengine-1 /);
        await person.silent('engine reset');
        await person.silent('run gain inline:2 rest: -wait');
        await person.sees('model output', '6\n');
      },
    },
    {
      call: 'login oauth2 -v, with a discovery endpoint',
      async attempt(person) {
        await person.silent(`connect ${person.url}`);
        await logsIn(person, 'login oauth2 -v', (provider) => ['client', 'Y', 's3cret', 'Y', `${provider}/discovery`]);
        await person.sees('fleet', /^Name .*\n.*\nengine-1 /);
      },
    },
  ],
};
