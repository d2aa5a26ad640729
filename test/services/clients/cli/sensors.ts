import type { Group } from './group.ts';

const MEMORY = {
  Tap: 'sys.memory',
  Activate: 'permanent',
  Aggregate: 'sum',
  Report: { Interval: 1.0 },
  Sink: 'pneumo',
};

export const sensors: Group = {
  title: 'Sensors',
  files: {
    'mem.json': JSON.stringify(MEMORY),
    'bad.json': '{"Tap": "sys.nothing"}',
    'editor.sh': '#!/bin/sh\necho \'{"Tap": "sys.memory"}\' > "$1"\n',
  },
  first: [],
  rows: [
    { call: 'sensor add X FILE', attempt: ({ silent }) => silent('sensor add mem mem.json') },
    { call: 'sensor add X FILE -v', attempt: ({ sees }) => sees('sensor add bad bad.json -v', 'Sensor created\n') },
    {
      call: 'sensor add X -v',
      attempt: ({ sees }) => sees('sensor add mem -v', 'Sensor updated\n', { input: JSON.stringify(MEMORY) }),
    },
    {
      call: 'sensor show X',
      attempt: ({ sees }) => sees('sensor show mem', `${JSON.stringify(MEMORY, null, 2)}\n`),
    },
    {
      call: 'sensor show X -e -v',
      async attempt({ silent, sees }) {
        await silent('sensor add edited bad.json');
        await sees('sensor show edited -e -v', 'Sensor updated\n', { mended: true, env: { EDITOR: 'sh editor.sh' } });
        await sees('sensor show edited', '{\n  "Tap": "sys.memory"\n}\n');
      },
    },
    {
      call: 'sensor show X, no such sensor',
      attempt: ({ refused }) => refused('sensor show nothing', "Error: Sensor 'nothing' not found\n"),
    },
    { call: 'sensor list', attempt: ({ sees }) => sees('sensor list', 'bad\nedited\nmem\n') },
    {
      call: 'sensor list -json',
      attempt: ({ sees }) => sees('sensor list -json', '[\n  "bad",\n  "edited",\n  "mem"\n]\n'),
    },
    { call: 'sensor remove X', attempt: ({ sees }) => sees('sensor remove edited -v', 'Sensor removed\n') },
    {
      call: 'sensor remove X, no such sensor',
      attempt: ({ refused }) => refused('sensor remove nothing', "Error: Sensor 'nothing' not found\n"),
    },
    {
      call: 'sensor install X, no target',
      attempt: ({ refused }) => refused('sensor install mem', "Error: Target not selected (see 'fastscore use')\n"),
    },
    {
      call: 'sensor points',
      async attempt({ silent, reads }) {
        await silent('use engine-1');
        const points = (await reads('sensor points')).trim().split('\n');
        const expected = ['sys.memory', 'sys.cpu.utilization', 'manifold.debug'];
        if (expected.some((point) => !points.includes(point))) throw new Error(points.join(' '));
      },
    },
    {
      call: 'sensor points -v',
      attempt: ({ sees }) => sees('sensor points -v', /^Sensor tapping points at 'engine-1':\n( {2}\S+\n)+$/),
    },
    {
      call: 'sensor points -json',
      async attempt({ reads }) {
        if (!(JSON.parse(await reads('sensor points -json')) as string[]).includes('sys.memory'))
          throw new Error('no array');
      },
    },
    {
      call: 'sensor inspect: eight are there from the start',
      attempt: ({ sees }) =>
        sees('sensor inspect', /^ {2}Id {2}Tap\n.*\n( +[1-8] {2}manifold\.[01]\.records\.\S+\n){8}$/),
    },
    { call: 'sensor install X', attempt: ({ sees }) => sees('sensor install mem', /^\d+\n$/) },
    {
      call: 'sensor install X -v',
      attempt: ({ sees }) => sees('sensor install mem -v', /^Sensor installed \[\d+\]\n$/),
    },
    {
      call: 'sensor install X, refused',
      attempt: ({ refused }) => refused('sensor install bad', 'Error: Unable to install sensor\n  Caused by: (400)'),
    },
    {
      call: 'sensor inspect -v',
      attempt: ({ sees }) => sees('sensor inspect -v', /^Sensors installed at 'engine-1':\n {2}Id {2}Tap\n/),
    },
    {
      call: 'sensor inspect ID',
      async attempt({ sees, reads }) {
        const id = (await reads('sensor install mem')).trim();
        await sees(`sensor inspect ${id}`, `Sensor id ${id} is attached to 'sys.memory' at 'engine-1'.\n`);
        await sees(`sensor inspect ${id} -json`, `{\n  "id": ${id},\n  "tap": "sys.memory"\n}\n`);
      },
    },
    {
      call: 'sensor inspect -json',
      async attempt({ reads }) {
        const all = JSON.parse(await reads('sensor inspect -json')) as { tap: string }[];
        if (all.filter(({ tap }) => tap === 'sys.memory').length !== 3) throw new Error(JSON.stringify(all));
      },
    },
    {
      call: 'sensor uninstall ID -v',
      async attempt({ sees, reads, refused }) {
        const id = (await reads('sensor install mem')).trim();
        await sees(`sensor uninstall ${id} -v`, 'Sensor uninstalled\n');
        await refused(`sensor uninstall ${id}`, `Error: Sensor id ${id} not found\n`);
      },
    },
    {
      call: 'sensor uninstall ID, no number',
      attempt: ({ refused }) => refused('sensor uninstall x', "Error: Invalid sensor id 'x'\n"),
    },
    {
      call: 'sensor install X, on connect and model-manage-1',
      async attempt({ silent, reads, sees }) {
        for (const instance of ['connect', 'model-manage-1']) {
          await silent(`use ${instance}`);
          const id = (await reads('sensor install mem')).trim();
          await sees('sensor inspect', new RegExp(`^ {2}Id {2}Tap\n.*\n(.*\n)* +${id} {2}sys\\.memory\n`));
          await silent(`sensor uninstall ${id}`);
        }
        await silent('use engine-1');
      },
    },
  ],
};
