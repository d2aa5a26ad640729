import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { green } from '../support/row.ts';
import type { Group } from './group.ts';
import { GAIN } from './models-of-rows.ts';

const VERIFIED = `${green('The stream descriptor contains no errors')}\n`;

const S3 = {
  Transport: { Type: 'S3', Bucket: 'b', ObjectKey: 'k', AccessKeyID: 'a', SecretAccessKey: 'secret', Region: 'r' },
  Encoding: 'json',
};

export const streams: Group = {
  title: 'Streams',
  files: {
    ...GAIN,
    'in.json': '{"Transport": "REST", "Encoding": "json"}\n',
    's3.json': JSON.stringify(S3),
    'numbers.jsons': '1\n2\n3\n',
    'editor.sh': '#!/bin/sh\necho \'{"Transport": "discard"}\' > "$1"\n',
  },
  first: [],
  rows: [
    { call: 'stream add S FILE', attempt: ({ silent }) => silent('stream add in in.json') },
    { call: 'stream add S FILE -v', attempt: ({ sees }) => sees('stream add out in.json -v', 'Stream created\n') },
    {
      call: 'stream add S -v',
      attempt: ({ sees }) =>
        sees('stream add in -v', 'Stream updated\n', { input: '{"Transport": "REST", "Encoding": "json"}' }),
    },
    {
      call: 'stream add S, no JSON',
      attempt: ({ refused }) =>
        refused('stream add x', "Error: Unable to add stream 'x'\n  Caused by: ", { input: '{bad' }),
    },
    {
      call: 'stream show S',
      attempt: ({ sees }) => sees('stream show in', '{\n  "Transport": "REST",\n  "Encoding": "json"\n}\n'),
    },
    {
      call: 'stream show S, with a secret',
      async attempt({ silent, sees }) {
        await silent('stream add far s3.json');
        await sees('stream show far', /"SecretAccessKey": "\*\*\*\*\*"/);
        await silent('stream remove far');
      },
    },
    {
      call: 'stream show S, a literal',
      attempt: ({ sees }) =>
        sees(
          'stream show kafka:k1.lab/loads.avro',
          `{
  "Transport": {
    "Type": "Kafka",
    "BootstrapServers": [
      "k1.lab:9092"
    ],
    "Topic": "loads"
  },
  "Encoding": "avro-binary"
}
`,
        ),
    },
    {
      call: 'stream show S -e -v',
      async attempt({ silent, sees }) {
        await silent('stream add edited in.json');
        await sees('stream show edited -e -v', 'Stream updated\n', { mended: true, env: { EDITOR: 'sh editor.sh' } });
        await sees('stream show edited', '{\n  "Transport": "discard"\n}\n');
      },
    },
    {
      call: 'stream show S, no such stream',
      attempt: ({ refused }) => refused('stream show nothing', "Error: Stream 'nothing' not found\n"),
    },
    { call: 'stream list', attempt: ({ sees }) => sees('stream list', 'edited\nin\nout\n') },
    {
      call: 'stream list -json',
      attempt: ({ sees }) => sees('stream list -json', '[\n  "edited",\n  "in",\n  "out"\n]\n'),
    },
    { call: 'stream remove S', attempt: ({ silent }) => silent('stream remove out') },
    { call: 'stream remove S -v', attempt: ({ sees }) => sees('stream remove edited -v', 'Stream removed\n') },
    {
      call: 'stream remove S, no such stream',
      attempt: ({ refused }) => refused('stream remove nothing', "Error: Stream 'nothing' not found\n"),
    },
    {
      call: 'stream inspect, none',
      attempt: ({ sees }) =>
        sees('stream inspect', 'Slot    Name    Transport    EOF\n------  ------  -----------  -----\n'),
    },
    {
      call: 'stream inspect SLOT, none',
      async attempt({ sees }) {
        await sees('stream inspect 0', 'No stream attached to slot 0\n');
        await sees('stream inspect 0 -json', 'null\n');
      },
    },
    {
      call: 'stream inspect SLOT, no number',
      attempt: ({ refused }) => refused('stream inspect x', "Error: Malformed slot number 'x'\n"),
    },
    { call: 'stream verify S SLOT', attempt: ({ sees }) => sees('stream verify in 0', VERIFIED) },
    {
      call: 'stream verify S SLOT -v',
      async attempt({ reads }) {
        const text = await reads('stream verify inline:4,6 0 -v');
        const [descriptor = '', rest] = text.split('\n\x1b');
        const shown = JSON.parse(descriptor) as Record<string, unknown>;
        const keys = 'transport encoding loop linger_time batching schema'.split(' ');
        if (keys.some((key) => !(key in shown)) || `\x1b${rest}` !== VERIFIED) throw new Error(text);
      },
    },
    {
      call: 'stream verify S SLOT, an input on an output slot',
      attempt: ({ sees }) => sees('stream verify inline:4,6 1', VERIFIED),
    },
    {
      call: 'stream verify S SLOT, refused',
      async attempt({ silent, refused }) {
        await silent('stream add odd', { input: '{"Transport": {"Type": "pigeon"}}' });
        await refused(
          'stream verify odd 0',
          /^Error: Unable to attach stream\n {2}Caused by: \(400\)\n.*\n.*\n.*pigeon/,
        );
        await silent('stream remove odd');
      },
    },
    { call: 'stream attach S SLOT', attempt: ({ silent }) => silent('stream attach in 0') },
    {
      call: 'stream attach S SLOT -v',
      attempt: ({ sees }) => sees('stream attach rest: 1 -v', 'Stream attached to slot 1\n'),
    },
    {
      call: 'stream attach S SLOT, no such stream',
      attempt: ({ refused }) => refused('stream attach nothing 0', "Error: Stream 'nothing' not found\n"),
    },
    {
      call: 'stream inspect',
      attempt: ({ sees }) =>
        sees(
          'stream inspect',
          /^ {2}Slot {2}Name +Transport +EOF\n.*\n {5}0 {2}in +REST +False\n {5}1 {2}inline-\d+ +REST +False\n$/,
        ),
    },
    {
      call: 'stream inspect -json',
      async attempt({ reads }) {
        const [first] = JSON.parse(await reads('stream inspect -json')) as Record<string, unknown>[];
        const { slot, name, eof, descriptor } = first as {
          slot: number;
          name: string;
          eof: boolean;
          descriptor: object;
        };
        if (slot !== 0 || name !== 'in' || eof !== false || !('Transport' in descriptor))
          throw new Error(JSON.stringify(first));
      },
    },
    {
      call: 'stream inspect SLOT',
      async attempt({ sees, reads }) {
        await sees('stream inspect 0', /^ {2}Slot {2}Name +Transport +EOF\n.*\n {5}0 {2}in +REST +False\n$/);
        if ((JSON.parse(await reads('stream inspect 0 -json')) as { slot: number }).slot !== 0) throw new Error('slot');
      },
    },
    { call: 'stream detach SLOT', attempt: ({ silent }) => silent('stream detach 1') },
    { call: 'stream detach SLOT -v', attempt: ({ sees }) => sees('stream detach 0 -v', 'Stream detached\n') },
    {
      call: 'stream detach SLOT -v, none',
      attempt: ({ sees }) => sees('stream detach 0 -v', 'No stream attached to slot 0\n'),
    },
    {
      call: 'stream sample S -count:N',
      attempt: ({ sees }) => sees('stream sample inline:2,3,5,7 -count:2', '   1: 2\n   2: 3\n', { mended: true }),
    },
    {
      call: 'stream sample S',
      async attempt({ silent, sees, folder }) {
        const Transport = { Type: 'file', Path: join(folder, 'numbers.jsons') };
        await writeFile(
          join(folder, 'file.json'),
          JSON.stringify({ Transport, Envelope: 'delimited', Encoding: 'json' }),
        );
        await silent('stream add numbers file.json');
        await sees('stream sample numbers', '   1: 1\n   2: 2\n   3: 3\n', { mended: true });
      },
    },
    {
      call: 'stream sample S, binary',
      async attempt({ silent, sees }) {
        const DataBinary = [Buffer.from([126, 127, 128, 65]).toString('base64')];
        const input = JSON.stringify({ Transport: { Type: 'inline', DataBinary }, Encoding: null });
        await silent('stream add blob', { input });
        await sees('stream sample blob', /^ {3}1: 7e 7f 80 41 .*~\.\.A/, { mended: true });
      },
    },
    {
      call: 'stream attach S SLOT, in a run',
      async attempt({ silent, sees }) {
        await silent('model add gain gain.py3');
        await silent('run gain rest: rest:');
        await sees('stream attach in 0 -v', 'Stream attached to slot 0\n');
        await sees('stream inspect 0', /\n {5}0 {2}in /);
      },
    },
    {
      call: 'stream detach SLOT, in a run',
      attempt: ({ refused }) => refused('stream detach 0', 'Error: Unable to detach stream\n  Caused by: (400)'),
    },
  ],
};
