import type { Person } from '../support/row.ts';
import type { Group } from './group.ts';
import { GAIN } from './models-of-rows.ts';

const MEMORY = {
  Tap: 'sys.memory',
  Activate: 'permanent',
  Aggregate: 'sum',
  Report: { Interval: 1.0 },
  Sink: 'pneumo',
};

export const sensors: Group = {
  title: 'Sensors, statistics, messages, monitor',
  files: {
    ...GAIN,
    'mem.json': JSON.stringify(MEMORY),
    'bad.json': '{"Tap": "sys.nothing"}',
    'editor.sh': '#!/bin/sh\necho \'{"Tap": "sys.memory"}\' > "$1"\n',
  },
  first: ['model add gain gain.py3'],
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
      call: 'stats memory, no target',
      attempt: ({ refused }) => refused('stats memory', "Error: Target not selected (use 'fascore use')\n"),
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
    {
      call: 'stats memory',
      attempt: (person) => watch(person, 'stats memory', /^(engine-1: \d+\.\dmb\n){2}/, 'Ctrl-C leaves no sensor'),
    },
    {
      call: 'stats cpu-utilization',
      attempt: (person) =>
        watch(
          person,
          'stats cpu-utilization',
          /^(engine-1: kernel: \d+\.\d user: \d+\.\d\n){2}/,
          'Ctrl-C leaves no sensor',
        ),
    },
    {
      call: 'stats jets, stats streams: no model',
      async attempt({ refused }) {
        await refused('stats jets', 'Error: Model not loaded\n');
        await refused('stats streams', 'Error: Model not loaded\n');
      },
    },
    {
      call: 'stats jets',
      async attempt(person) {
        await person.silent('engine reset');
        await person.silent('run gain rest: rest:');
        await feeding(person, () =>
          watch(person, 'stats jets', /engine-1: [1-9]\d*\.\d rps\/[1-9]\d*\.\d rps\n/, 'Ctrl-C leaves no sensor'),
        );
      },
    },
    {
      call: 'stats streams',
      attempt: (person) =>
        feeding(person, () =>
          watch(
            person,
            'stats streams',
            /engine-1: 0:[1-9]\d*\.\d rps \| 1:[1-9]\d*\.\d rps\n/,
            'Ctrl-C leaves no sensor',
          ),
        ),
    },
    {
      call: 'debug manifold',
      attempt: (person) =>
        feeding(person, () =>
          watch(person, 'debug manifold', /^\d\d:\d\d:\d\d\.\d{3}: .+\n/, 'Ctrl-C leaves no sensor'),
        ),
    },
    {
      call: 'debug stream SLOT',
      attempt: (person) =>
        feeding(person, () =>
          watch(person, 'debug stream 0', /^\d\d:\d\d:\d\d\.\d{3}: .+\n/, 'Ctrl-C leaves no sensor'),
        ),
    },
    {
      call: 'profile stream SLOT -v',
      attempt: (person) =>
        feeding(person, () =>
          person.sees('profile stream 0 -v', /^Collecting data \(5\.0s\)\.\.\.\nOperation +Time, s +Count\n/),
        ),
    },
    {
      call: 'profile stream SLOT -json',
      async attempt({ reads }) {
        const counters = JSON.parse(await reads('profile stream 0 -json')) as Record<string, unknown>;
        const names =
          'unwrap_envelope wrap_envelope validate_streaming validate_input_records validate_output_records'.split(' ');
        const bad = names.find(
          (name) => typeof counters[name] !== 'number' || typeof counters[`${name}_n`] !== 'number',
        );
        if (bad !== undefined) throw new Error(JSON.stringify(counters));
      },
    },
    {
      call: 'pneumo history',
      attempt: ({ sees }) =>
        sees('pneumo history', /^(\d\d:\d\d:\d\d\.\d{3}:\S+ .*\n)*\d\d:\d\d:\d\d\.\d{3}:engine-1: state is RUNNING\n/),
    },
    {
      call: 'pneumo history -json',
      async attempt({ reads }) {
        const history = JSON.parse(await reads('pneumo history -json')) as {
          src: string;
          timestamp: string;
          type: string;
        }[];
        const bad = history.find(({ src, timestamp, type }) => !(src && timestamp && type));
        if (history.length === 0 || history.length > 60 || bad !== undefined) throw new Error(JSON.stringify(history));
      },
    },
    {
      call: 'pneumo',
      async attempt({ start, silent, until }) {
        const command = start('pneumo');
        // A message that comes before the socket is open is not seen.
        await until('engine reset', /^$/);
        await silent('model add noisy -type:python3', {
          input: 'def begin():\n    print("one")\n    print("two")\n\ndef action(x):\n    yield 6 // x\n',
        });
        await silent('run noisy rest: rest:');
        await silent('model scale 2');
        await silent('model load noisy');
        await silent('stream attach rest: 1');
        await silent('model input', { input: '0\n' });
        await command.printed(/MODEL ERROR/);
        await silent('engine reset');
        await command.printed(/state is INIT\n(.*\n)*$/);
        command.interrupt();
        const { status, stdout } = await command.ended;
        const expected = [
          /engine-1: state is RUNNING\n/,
          /engine-1: model loaded\n/,
          /engine-1: model reloaded\n/,
          /engine-1: stream attached to 0\n/,
          /engine-1: stream reattached to 1\n/,
          /engine-1: jet started \(\d+\)\n/,
          /engine-1> one\n/,
          /engine-1: MODEL ERROR\n +The input that caused the error:\n +1: 0\n +-{32}\n/,
        ];
        const absent = expected.filter((pattern) => !pattern.test(stdout));
        if (status !== 0 || absent.length > 0)
          throw new Error(`status ${status}, without ${absent.join(' ')}: ${stdout}`);
      },
    },
    {
      call: 'monitor',
      async attempt(person) {
        const { silent, start } = person;
        await silent('engine reset');
        await silent('run gain rest: rest:');
        await feeding(person, async () => {
          const command = start('monitor', { terminal: true });
          await command.printed(/Engine: .*engine-1.*RUNNING/);
          await command.printed(/Model: .*gain \(python3\)/);
          await command.printed(/I:0/);
          await command.printed(/O:1/);
          await command.printed(/[1-9]\d* rps.*[1-9]\d* rps/s);
          await command.printed(/\d+\.\d mbps/);
          await silent('engine reset');
          await command.printed(/not-loaded/);
          await silent('run gain rest: rest:');
          await command.printed(/not-loaded(.|\n)*gain \(python3\)(.|\n)*RUNNING/);
          await silent('model scale 2');
          await silent('stream attach rest: 0');
          await silent('model scale 1');
          command.interrupt();
          const { status, stdout } = await command.ended;
          if (status !== 0 || stdout.includes('Traceback')) throw new Error(`status ${status}: ${stdout.slice(-1500)}`);
        });
      },
    },
    {
      call: 'engine inspect -m',
      async attempt({ start }) {
        const command = start('engine inspect -m', { terminal: true });
        await command.printed(/RUNNING(.|\n)*Engine:/);
        await command.printed(/rps/);
        command.interrupt();
        const { status, stdout } = await command.ended;
        if (status !== 0 || stdout.includes('Traceback')) throw new Error(`status ${status}: ${stdout.slice(-1500)}`);
      },
    },
    {
      call: 'monitor, Ctrl-C: leaves the sensors of the start',
      attempt: ({ sees }) => sees('sensor inspect -json', /^(?![\s\S]*"tap": "jet\.)/),
    },
  ],
};

/** Runs a command that goes on until Ctrl-C, and checks that it takes its sensors away. */
async function watch({ start, reads }: Person, words: string, pattern: RegExp, promise: string): Promise<void> {
  const before = await reads('sensor inspect');
  const command = start(words);
  await command.printed(pattern);
  command.interrupt();
  const { status, stderr } = await command.ended;
  const after = await reads('sensor inspect');
  if (status !== 0 || stderr !== '' || after !== before) {
    throw new Error(`${promise}: status ${status}, stderr ${stderr}, sensors\n${before}then\n${after}`);
  }
}

/** Meanwhile records go in and out. */
async function feeding({ start }: Person, work: () => Promise<void>): Promise<void> {
  const output = start('model output -c');
  const input = start('model input');
  const timer = setInterval(() => input.type('1\n'), 50);
  try {
    await work();
  } finally {
    clearInterval(timer);
    input.interrupt();
    output.interrupt();
    await Promise.all([input.ended, output.ended]);
  }
}
