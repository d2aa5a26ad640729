import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { green } from '../support/row.ts';
import type { Group } from './group.ts';

const COMMANDS = 'help connect login config fleet use run model attachment schema snapshot policy stream engine sensor';

export const connection: Group = {
  title: 'Help, connection, fleet',
  engines: 3,
  files: {
    'config.yaml': 'fastscore:\n  fleet:\n    - api: engine\n      host: engine-1\n      port: 8003\n',
    'list.yaml': '- a\n',
    'odd.yaml': 'fastscore:\n  pneumo:\n    type: pigeon\n',
  },
  first: null,
  rows: [
    {
      call: 'help',
      async attempt({ sees }) {
        const listed = COMMANDS.split(' ').map((name) => `  ${name.padEnd(16)} .*\n`);
        await sees('help', new RegExp(`FastScore CLI v1\\.10.*\nUsage: .*\nAvailable commands:\n${listed.join('')}`));
      },
    },
    { call: 'help options', attempt: ({ sees }) => sees('help options', /Options:\n {2}-v .*be verbose\n/) },
    {
      call: 'help CMD',
      attempt: ({ sees }) => sees('help fleet', 'Examine status of the FastScore fleet\n\n  fastscore fleet\n'),
    },
    {
      call: 'fleet, not connected',
      attempt: ({ refused }) => refused('fleet', "Error: Not connected (use 'fastscore connect')\n"),
    },
    {
      call: 'fleet -json, not connected',
      attempt: ({ refused }) =>
        refused('fleet -json', '{\n  "error": "Error: Not connected (use \'fastscore connect\')"\n}\n'),
    },
    {
      call: 'connect URL, no URL',
      attempt: ({ refused }) =>
        refused('connect localhost', 'Error: Proxy prefix must be an URL, e.g. https://dashboard:8000'),
    },
    { call: 'connect URL', attempt: ({ silent, url }) => silent(`connect ${url}`) },
    { call: 'connect URL/', attempt: ({ silent, url }) => silent(`connect ${url}/`) },
    {
      call: 'connect URL -v',
      attempt: ({ sees, url }) => sees(`connect ${url} -v`, `Waiting...\nConnected to FastScore proxy at ${url}\n`),
    },
    {
      call: 'connect URL -nowait -v',
      attempt: ({ sees, url }) => sees(`connect ${url} -nowait -v`, `Connected to FastScore proxy at ${url}\n`),
    },
    {
      call: 'fleet',
      attempt: ({ sees }) =>
        sees(
          'fleet',
          `Name            API           Health
--------------  ------------  --------
engine-1        engine        ${green('ok')}
engine-2        engine        ${green('ok')}
engine-3        engine        ${green('ok')}
model-manage-1  model-manage  ${green('ok')}
`,
        ),
    },
    {
      call: 'fleet -v',
      attempt: ({ sees }) =>
        sees('fleet -v', /^Name +API +Health +Release +Built On\n-.*\nCLI +UI .*\nconnect +connect .*\nengine-1 /),
    },
    { call: 'fleet -wait', attempt: ({ sees }) => sees('-wait fleet', /^Name .*\n.*\nengine-1 /) },
    { call: 'fleet -wait -v', attempt: ({ sees }) => sees('fleet -v -wait', /^Waiting\.\.\.done\nName /) },
    {
      call: 'fleet -json',
      async attempt({ reads }) {
        const entries = JSON.parse(await reads('fleet -json')) as Record<string, unknown>[];
        const fields = 'id name api host port release built_on health'.split(' ');
        const bad = entries.find((entry) => fields.some((field) => entry[field] == null));
        if (entries.length !== 4 || bad !== undefined) throw new Error(JSON.stringify(entries));
      },
    },
    {
      call: 'fleet -json -v',
      async attempt({ reads }) {
        const entries = JSON.parse(await reads('fleet -json -v')) as { name: string }[];
        const names = entries.map(({ name }) => name).join(' ');
        if (names !== 'CLI connect engine-1 engine-2 engine-3 model-manage-1') throw new Error(names);
      },
    },
    {
      call: 'config show, not configured',
      attempt: ({ sees }) => sees('config show', "FastScore not configured (use 'fastscore config set')\n"),
    },
    { call: 'config set FILE -v', attempt: ({ sees }) => sees('config set config.yaml -v', 'Configuration set\n') },
    {
      call: 'config set FILE -v, again',
      attempt: ({ sees }) => sees('config set config.yaml -v', 'Configuration updated\n'),
    },
    { call: 'config set FILE', attempt: ({ silent }) => silent('config set config.yaml') },
    {
      call: 'config set FILE, no mapping',
      attempt: ({ refused }) =>
        refused(
          'config set list.yaml',
          'Error: Unable to configure FastScore\n  Caused by: Error: Configuration must be',
        ),
    },
    {
      call: 'config set FILE, refused',
      attempt: ({ refused }) =>
        refused('config set odd.yaml', /^Error: Unable to configure FastScore\n(.*\n)*.*\(400\)/),
    },
    {
      call: 'config set FILE, no file',
      attempt: ({ refused }) =>
        refused('config set nothing.yaml', 'Error: Unable to configure FastScore\n  Caused by: '),
    },
    {
      call: 'config show',
      attempt: ({ sees }) =>
        sees('config show', /^fastscore:\n {2}fleet:\n {2}- api: engine\n {4}host: engine-1\n(.*\n)* {4}port: 8003\n/, {
          mended: true,
        }),
    },
    { call: 'use', attempt: ({ silent }) => silent('use') },
    { call: 'use -v', attempt: ({ sees }) => sees('use -v', 'Target instance not selected\n') },
    { call: 'use N', attempt: ({ silent }) => silent('use engine-2') },
    {
      call: 'use N -v',
      attempt: ({ sees }) =>
        sees(
          'use engine-3 -v',
          "'engine-3' set as a preferred instance of 'engine'\nSubsequent commands to target 'engine-3'\n",
        ),
    },
    { call: 'use, after use N', attempt: ({ sees }) => sees('use', 'engine-3\n') },
    {
      call: 'use -v, after use N',
      attempt: ({ sees }) => sees('use -v', "Current target instance is 'engine-3'\n"),
    },
    {
      call: 'use N, no such instance',
      attempt: ({ refused }) => refused('use engine-9', "Error: Instance 'engine-9' not found\n"),
    },
    {
      call: 'use model-manage-1',
      attempt: ({ sees }) =>
        sees(
          'use model-manage-1 -v',
          "'model-manage-1' set as a preferred instance of 'model-manage'\nSubsequent commands to target 'model-manage-1'\n",
        ),
    },
    {
      call: 'use connect',
      async attempt({ silent, sees }) {
        await silent('use connect');
        await sees('use', 'connect\n');
      },
    },
    {
      call: 'use N: engines of one fleet have models of their own',
      async attempt({ silent, sees, folder }) {
        await writeFile(join(folder, 'a.py3'), 'def action(x):\n    yield x\n');
        await silent('model add a a.py3');
        await silent('use engine-2');
        await silent('model load a');
        await silent('use engine-1');
        await sees('model inspect', 'Model not loaded\n');
        await silent('use engine-2');
        await sees('model inspect', /^Name .*\n-.*\na +python3/);
      },
    },
    {
      call: 'login basicauth -username:U -password:P',
      async attempt({ silent, folder }) {
        await silent('login basicauth -username:ann -password:pw');
        const saved = await readFile(join(folder, '..', '.fastscore'), 'utf8');
        if (!saved.includes('basic-auth-secret: Basic YW5uOnB3')) throw new Error(saved);
      },
    },
    {
      call: 'fleet, with a password nobody asks for',
      attempt: ({ sees }) => sees('fleet', /^Name .*\n.*\nengine-1 /),
    },
    {
      call: 'login MODE, unknown',
      attempt: ({ sees }) => sees('login magic', /Unknown authentication mode: magic/),
    },
    {
      call: 'login ldap -username:U -password:P',
      attempt: ({ silent }) => silent('login ldap -username:ann -password:pw'),
    },
  ],
};
