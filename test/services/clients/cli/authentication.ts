import type { Group } from './group.ts';
import { GAIN } from './models-of-rows.ts';

export const authentication: Group = {
  title: 'A server that wants a token',
  token: 'sesame:%',
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
        command.type('sesame:%\r');
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
  ],
};
