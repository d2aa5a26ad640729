import { green } from '../support/row.ts';
import type { Group } from './group.ts';
import { GAIN, SLOTS } from './models-of-rows.ts';

const PFA = '{"input": "int", "output": "int", "action": ["input"]}\n';

export const models: Group = {
  title: 'Models',
  files: {
    ...GAIN,
    ...SLOTS,
    'same.pfa': PFA,
    'note.ipynb': '{"cells": [], "metadata": {}}\n',
    'umlaut.py3': '# é\ndef action(x):\n    yield x\n',
    'imports.py3': 'import nowhere_to_be_found\n\ndef action(x):\n    yield x\n',
    'syntax.py3': 'def action(x):\n    yield x +\n',
    'notes.txt': 'hello\n',
    'editor.sh': '#!/bin/sh\necho "# edited" >> "$1"\n',
  },
  first: [],
  rows: [
    { call: 'model add M FILE', attempt: ({ silent }) => silent('model add gain gain.py3') },
    { call: 'model add M FILE -v', attempt: ({ sees }) => sees('model add new gain.py3 -v', 'Model created\n') },
    {
      call: 'model add M FILE -v, again',
      attempt: ({ sees }) => sees('model add gain gain.py3 -v', 'Model updated\n'),
    },
    {
      call: 'model add M -v',
      attempt: ({ sees }) => sees('model add echo -v', 'Model created\n', { input: 'action <- function(x) emit(x)\n' }),
    },
    {
      call: 'model add M FILE -type:X',
      attempt: ({ sees }) => sees('model add -type:python3 other gain.py3 -v', 'Model created\n'),
    },
    {
      call: 'model add M FILE, no known extension',
      attempt: ({ refused }) =>
        refused(
          'model add x notes.txt',
          "Error: Unable to add model 'x'\n  Caused by: Error: notes.txt must have a proper extension (.pfa, ",
        ),
    },
    {
      call: 'model add M, type not to be guessed',
      attempt: ({ refused }) =>
        refused(
          'model add x',
          "Error: Unable to add model 'x'\n  Caused by: Error: Cannot guess model type (use -type:<model_type>)\n",
          { input: 'hello\n' },
        ),
    },
    { call: 'model show M', attempt: ({ sees }) => sees('model show gain', GAIN['gain.py3']) },
    {
      call: 'model add M FILE, model show M: PFA',
      async attempt({ silent, sees }) {
        await silent('model add same same.pfa');
        await sees('model show same', PFA);
      },
    },
    {
      call: 'model add M FILE, model show M: Jupyter',
      async attempt({ silent, sees }) {
        await silent('model add note note.ipynb');
        await sees('model show note', '{"cells": [], "metadata": {}}\n');
      },
    },
    {
      call: 'model add M FILE, model show M: beyond ASCII',
      async attempt({ silent, sees }) {
        await silent('model add umlaut umlaut.py3');
        await sees('model show umlaut', '# é\ndef action(x):\n    yield x\n');
      },
    },
    {
      call: 'model show M -e -v',
      async attempt({ sees }) {
        const env = { EDITOR: 'sh editor.sh' };
        await sees('model show new -e -v', 'Model updated\n', { mended: true, env });
        await sees('model show new', `${GAIN['gain.py3']}# edited\n`);
        await sees('model show new -e -v', 'No changes (or changes discarded)\n', {
          mended: true,
          env: { EDITOR: 'true' },
        });
      },
    },
    {
      call: 'model show M, no such model',
      attempt: ({ refused }) => refused('model show nothing', "Error: Model 'nothing' not found\n"),
    },
    {
      call: 'model list',
      attempt: ({ sees }) => sees('model list', /^Name +Type\n-+ {2}-+\n(.+\n)*gain +python3\n/),
    },
    {
      call: 'model list -json',
      async attempt({ reads }) {
        const entries = JSON.parse(await reads('model list -json')) as { name: string; mtype: string }[];
        const types = Object.fromEntries(entries.map(({ name, mtype }) => [name, mtype.toLowerCase()]));
        const expected = { gain: 'python3', echo: 'r', same: 'pfa-json', note: 'jupyter' };
        for (const [name, type] of Object.entries(expected))
          if (types[name] !== type) throw new Error(JSON.stringify(types));
      },
    },
    { call: 'model remove M', attempt: ({ silent }) => silent('model remove other') },
    { call: 'model remove M -v', attempt: ({ sees }) => sees('model remove new -v', "Model 'new' removed\n") },
    {
      call: 'model remove M, no such model',
      attempt: ({ refused }) => refused('model remove new', "Error: Model 'new' not found\n"),
    },
    {
      call: 'model names with blanks and slashes',
      async attempt({ silent, sees }) {
        await silent('model add a/b%20c gain.py3');
        await sees('model show a/b%20c', GAIN['gain.py3']);
        await silent('model remove a/b%20c');
      },
    },
    {
      call: 'model verify M',
      attempt: ({ sees }) => sees('model verify gain', `${green('The model contains no errors')}\n`),
    },
    {
      call: 'model verify M -v',
      async attempt({ silent, sees }) {
        await silent('schema add amps', { input: '"int"' });
        await silent('model add slots slots.py3');
        await sees(
          'model verify slots -v',
          `Name    Type       SLOC
------  -------  ------
slots   python3       4

  Slot  Schema    Action    Recordsets          Slot  Schema    Recordsets
------  --------  --------  ------------  --  ------  --------  ------------
     0  "int"     action    No                     1  "int"     No

${green('The model contains no errors')}
`,
        );
      },
    },
    {
      call: 'model verify M -json',
      async attempt({ reads }) {
        const info = JSON.parse(await reads('model verify gain -json')) as Record<string, unknown>;
        const keys = Object.keys(info).sort().join(' ');
        if (keys !== 'attach_libs install_libs mtype name sloc slots snapshots warn_libs') throw new Error(keys);
        const arrays = ['slots', 'install_libs', 'warn_libs', 'attach_libs'];
        if (arrays.some((key) => !Array.isArray(info[key])) || info.snapshots !== 'none')
          throw new Error(JSON.stringify(info));
      },
    },
    {
      call: 'model verify M, no such schema',
      async attempt({ silent, refused }) {
        await silent('schema remove amps');
        await refused('model verify slots', /^Error: [^\n]*schema[^\n]*amps[^\n]*\n$/i);
      },
    },
    {
      call: 'model verify M -schema:NAME:DATA',
      attempt: ({ sees }) =>
        sees('model verify slots -schema:amps:"int"', `${green('The model contains no errors')}\n`),
    },
    {
      call: 'model verify M, errors in the source',
      async attempt({ silent, refused }) {
        await silent('model add bad syntax.py3');
        await refused('model verify bad', /^Error: [^\n]*line 2[^\n]*\n$/);
      },
    },
    {
      call: 'model verify M, imports what is not installed: is refused',
      async attempt({ silent, refused }) {
        await silent('model add imports imports.py3');
        await refused('model verify imports', /^Error: [^\n]*nowhere_to_be_found[^\n]*\n$/);
      },
    },
    {
      call: 'model inspect, nothing loaded',
      async attempt({ sees }) {
        await sees('model inspect', 'Model not loaded\n');
        await sees('model inspect -json', 'null\n');
      },
    },
    { call: 'model unload -v, nothing loaded', attempt: ({ sees }) => sees('model unload -v', 'Model not loaded\n') },
    { call: 'model scale N -v', attempt: ({ sees }) => sees('model scale 2 -v', 'Model scale changed\n') },
    {
      call: 'model scale N, no number',
      attempt: ({ refused }) => refused('model scale x', 'Error: The number of jets must be a non-negative integer\n'),
    },
    { call: 'model load M', attempt: ({ silent }) => silent('model load gain') },
    { call: 'model load M -v', attempt: ({ sees }) => sees('model load gain -v', 'Model loaded\n') },
    {
      call: 'model load M -schema:NAME:DATA',
      attempt: ({ sees }) => sees('model load slots -v -schema:amps:"int"', 'Model loaded\n'),
    },
    {
      call: 'model load M, refused',
      attempt: ({ refused }) =>
        refused(
          'model load bad',
          /^Error: Unable to load model 'bad'\n {2}Caused by: \(400\)\nReason: Bad Request\n.*\nHTTP response body: .*line 2/,
        ),
    },
    {
      call: 'model inspect, before the start',
      async attempt({ silent, sees }) {
        await silent('model load gain');
        await sees(
          'model inspect',
          `Name    Type       SLOC  Snapshots
------  -------  ------  -----------
gain    python3       2  none

  Slot  Schema    Action    Recordsets          Slot  Schema    Recordsets
------  --------  --------  ------------  --  ------  --------  ------------
     0  -         action    No                     1  -         No

No jets started
`,
        );
      },
    },
    { call: 'model unload', attempt: ({ silent }) => silent('model unload') },
    {
      call: 'model unload -v',
      async attempt({ silent, sees }) {
        await silent('model load gain');
        await sees('model unload -v', 'Model unloaded\n');
      },
    },
  ],
};
