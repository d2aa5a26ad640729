import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { zipOf } from '../support/zip.ts';
import type { Group } from './group.ts';
import { GAIN } from './models-of-rows.ts';

const WEIGHTS = zipOf({ 'weights.txt': '5\n' });

/** Multiplies by what stands in its attachment. */
const WEIGHED = `import os

def begin():
    global weight
    with open(os.path.join(os.getcwd(), 'weights.txt')) as file:
        weight = int(file.read())

def action(x):
    yield weight * x
`;

export const attachments: Group = {
  title: 'Attachments',
  files: {
    ...GAIN,
    'weighed.py3': WEIGHED,
    'weights.zip': WEIGHTS,
    'other.tgz': Buffer.from([31, 139, 8, 0]),
    'a.txt': 'a',
  },
  first: ['model add gain gain.py3', 'model add weighed weighed.py3'],
  rows: [
    { call: 'attachment list M, none', attempt: ({ silent }) => silent('attachment list gain') },
    {
      call: 'attachment list M -v, none',
      attempt: ({ sees }) => sees('attachment list gain -v', 'No attachments found\n'),
    },
    { call: 'attachment upload M FILE', attempt: ({ silent }) => silent('attachment upload weighed weights.zip') },
    {
      call: 'attachment upload M FILE -v',
      attempt: ({ sees }) => sees('attachment upload gain weights.zip -v', 'Attachment uploaded\n'),
    },
    {
      call: 'attachment upload M FILE, tgz',
      attempt: ({ silent }) => silent('attachment upload gain other.tgz'),
    },
    {
      call: 'attachment upload M FILE, no known extension',
      attempt: ({ refused }) =>
        refused('attachment upload gain a.txt', 'Error: a.txt must have a proper extension (.zip, .tar.gz, .tgz)\n'),
    },
    {
      call: 'attachment upload M FILE, no such model',
      attempt: ({ refused }) => refused('attachment upload none weights.zip', "Error: Model 'none' not found\n"),
    },
    {
      call: 'attachment list M',
      attempt: ({ sees }) => sees('attachment list gain', /^(other\.tgz\nweights\.zip|weights\.zip\nother\.tgz)\n$/),
    },
    {
      call: 'attachment list M -v',
      attempt: ({ sees }) =>
        sees(
          'attachment list weighed -v',
          `Name         Type      Size\n-----------  ------  ------\nweights.zip  zip     ${String(WEIGHTS.length).padStart(6)}\n`,
        ),
    },
    {
      call: 'attachment download M A -v',
      async attempt({ sees, folder }) {
        await sees('attachment download gain other.tgz -v', 'Attachment downloaded\n');
        const got = await readFile(join(folder, 'other.tgz'));
        if (!got.equals(Buffer.from([31, 139, 8, 0]))) throw new Error(got.toString('hex'));
      },
    },
    {
      call: 'attachment download M A, no such attachment',
      attempt: ({ refused }) =>
        refused(
          'attachment download gain none.zip',
          "Error: Cannot retrieve attachment 'none.zip'\n  Caused by: (404)",
        ),
    },
    { call: 'attachment remove M A', attempt: ({ silent }) => silent('attachment remove gain other.tgz') },
    {
      call: 'attachment remove M A -v',
      attempt: ({ sees }) => sees('attachment remove gain weights.zip -v', 'Attachment removed\n'),
    },
    {
      call: 'attachment remove M A, no such attachment',
      attempt: ({ refused }) =>
        refused('attachment remove gain none.zip', "Error: Cannot remove attachment 'none.zip'\n  Caused by: (404)"),
    },
    {
      call: 'model load M, with an attachment',
      async attempt({ sees, silent, until }) {
        await sees('model load weighed -v', 'Model loaded\n');
        await silent('stream attach inline:1,2 0');
        await silent('stream attach rest: 1');
        await until('model output', /^5\n$/);
      },
    },
    {
      call: 'model inspect -json, with an attachment',
      async attempt({ reads }) {
        const info = JSON.parse(await reads('model inspect -json')) as { attachments: string[] };
        if (info.attachments.join() !== 'weights.zip') throw new Error(JSON.stringify(info));
      },
    },
    {
      call: 'model load M ATTFILE',
      // The client sends a reference to an attachment that it has not stored.
      attempt: ({ refused }) =>
        refused(
          'model load weighed weights.zip',
          /^Error: Unable to load model 'weighed'\n {2}Caused by: \(40[04]\)\n.*\n.*\nHTTP response body: .*override/,
        ),
    },
  ],
};
