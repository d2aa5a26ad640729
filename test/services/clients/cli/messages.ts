import type { Person } from '../support/row.ts';
import type { Group } from './group.ts';
import { GAIN } from './models-of-rows.ts';

export const messages: Group = {
  title: 'Statistics, messages, monitor',
  files: GAIN,
  first: ['model add gain gain.py3'],
  rows: [
    {
      call: 'stats memory, no target',
      async attempt({ refused, silent }) {
        await refused('stats memory', "Error: Target not selected (use 'fascore use')\n");
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
          watch(person, 'stats jets', /\S+: [1-9]\d*\.\d rps\/[1-9]\d*\.\d rps\n/, 'Ctrl-C leaves no sensor'),
        );
      },
    },
    {
      call: 'stats streams',
      attempt: (person) =>
        feeding(person, () =>
          watch(person, 'stats streams', /\S+: 0:[1-9]\d*\.\d rps \| 1:[1-9]\d*\.\d rps\n/, 'Ctrl-C leaves no sensor'),
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
      async attempt(person) {
        await feeding(person, async () => {
          const command = person.start('engine inspect -m', { terminal: true });
          await command.printed(/RUNNING.*Engine:.*gain \(python3\).*O:1.*rps/s);
          command.interrupt();
          const { status, stdout } = await command.ended;
          if (status !== 0 || stdout.includes('Traceback')) throw new Error(`status ${status}: ${stdout.slice(-1500)}`);
        });
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
