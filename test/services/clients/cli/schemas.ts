import { green, red } from '../support/row.ts';
import type { Group } from './group.ts';

const blank = (record: string) => `${record.padEnd(32)}\n`;

export const schemas: Group = {
  title: 'Schemas',
  files: {
    'amps.json': '"int"\n',
    'volts.json': '{"type": "record", "name": "volts", "fields": [{"name": "v", "type": "double"}]}\n',
    'bad.json': '{"type": "flaot"}\n',
    records: '7\n"seven"\n{bad\n0\n',
    'samples.jsons': '{"a": 1, "b": "x"}\n{"a": 2, "b": "y"}',
    'samples.csv': 'a,b\n1,x\n',
    'editor.sh': '#!/bin/sh\necho \'"long"\' > "$1"\n',
  },
  first: [],
  rows: [
    { call: 'schema add S FILE', attempt: ({ silent }) => silent('schema add volts volts.json') },
    { call: 'schema add S FILE -v', attempt: ({ sees }) => sees('schema add amps amps.json -v', 'Schema created\n') },
    {
      call: 'schema add S -v',
      attempt: ({ sees }) => sees('schema add amps -v', 'Schema updated\n', { input: '"int"\n' }),
    },
    {
      call: 'schema add S, no JSON',
      attempt: ({ refused }) =>
        refused('schema add x', "Error: Unable to add schema 'x'\n  Caused by: ", { input: '{bad' }),
    },
    { call: 'schema show S', attempt: ({ sees }) => sees('schema show amps', '"int"\n') },
    {
      call: 'schema show S, a record',
      attempt: ({ sees }) =>
        sees(
          'schema show volts',
          `{
  "type": "record",
  "name": "volts",
  "fields": [
    {
      "name": "v",
      "type": "double"
    }
  ]
}
`,
        ),
    },
    {
      call: 'schema show S -e -v',
      async attempt({ silent, sees }) {
        await silent('schema add edited amps.json');
        await sees('schema show edited -e -v', 'Schema updated\n', { mended: true, env: { EDITOR: 'sh editor.sh' } });
        await sees('schema show edited', '"long"\n');
      },
    },
    {
      call: 'schema show S, no such schema',
      attempt: ({ refused }) => refused('schema show nothing', "Error: Schema 'nothing' not found\n"),
    },
    { call: 'schema list', attempt: ({ sees }) => sees('schema list', 'amps\nedited\nvolts\n') },
    {
      call: 'schema list -v',
      attempt: ({ sees }) =>
        sees('schema list -v', 'Name    Type\n------  ------\namps    Avro\nedited  Avro\nvolts   Avro\n'),
    },
    { call: 'schema remove S', attempt: ({ silent }) => silent('schema remove volts') },
    { call: 'schema remove S -v', attempt: ({ sees }) => sees('schema remove edited -v', 'Schema removed\n') },
    {
      call: 'schema remove S, no such schema',
      attempt: ({ refused }) => refused('schema remove nothing', "Error: Schema 'nothing' not found\n"),
    },
    { call: 'schema verify S', attempt: ({ silent }) => silent('schema verify amps') },
    {
      call: 'schema verify S -v',
      attempt: ({ sees }) => sees('schema verify amps -v', `${green('Schema OK')}\n`),
    },
    {
      call: 'schema verify S, a bad schema',
      async attempt({ silent, refused }) {
        await silent('schema add bad bad.json');
        await refused('schema verify bad', /^Error: [^\n]*flaot[^\n]*\n$/);
      },
    },
    {
      call: 'schema verify S FILE',
      attempt: ({ sees }) =>
        sees(
          'schema verify amps records',
          `${green('OK   ')}${blank('7')}\n${red('FAIL ')}${blank('"seven"')}     Int expected, not "seven"\n\n` +
            `${red('JSON ')}${blank('{bad')}\n${green('OK   ')}${blank('0')}\n`,
        ),
    },
    {
      call: 'schema verify S FILE, no file',
      attempt: ({ refused }) => refused('schema verify amps nothing', 'Error: nothing not found\n'),
    },
    {
      call: 'schema infer FILE',
      attempt: ({ sees }) => sees('schema infer samples.jsons', /^\{\n {2}"type": "record",\n(.*\n)+\}\n$/),
    },
    {
      call: 'schema infer FILE -format:csv',
      attempt: ({ sees }) => sees('schema infer samples.csv -format:csv', /^\{\n {2}"type": "record",\n(.*\n)+\}\n$/),
    },
  ],
};
