import type { Finished, RunningCommand } from '../support/client.ts';
import { blue, green, red } from '../support/row.ts';
import type { Group } from './group.ts';
import { GAIN, TALLY } from './models-of-rows.ts';

export const run: Group = {
  title: 'Runs, engines, input and output',
  files: {
    ...GAIN,
    ...TALLY,
    'divide.py3': 'def action(x):\n    yield 6 // x\n',
    'typed.py3': '# fastscore.schema.0: int\ndef action(x):\n    yield 3 * x\n',
    'lines.py3': 'def action(x):\n    print("seen", x)\n    yield x\n',
  },
  first: [
    'model add gain gain.py3',
    'model add tally tally.py3',
    'model add divide divide.py3',
    'model add typed typed.py3',
    'use engine-1',
  ],
  rows: [
    { call: 'engine inspect, INIT', attempt: ({ sees }) => sees('engine inspect', 'INIT\n') },
    {
      call: 'engine inspect -v',
      attempt: ({ sees }) => sees('engine inspect -v', /^The current engine state is INIT\.\n\n.+\n/),
    },
    {
      call: 'engine inspect -json',
      attempt: ({ sees }) => sees('engine inspect -json', '{\n  "state": "INIT"\n}\n'),
    },
    {
      call: 'run M S0 S1 -v',
      attempt: ({ sees }) =>
        sees(
          'run gain rest: rest: -v',
          `${green('Model and streams verified successfully')}\nModel loaded\nStream attached to slot 0\nStream attached to slot 1\n`,
        ),
    },
    { call: 'engine inspect, RUNNING', attempt: ({ sees }) => sees('engine inspect', `${green('RUNNING')}\n`) },
    {
      call: 'model inspect, in a run',
      attempt: ({ sees }) => sees('model inspect', /\n {2}Jet # +Pid +Sandbox\n-.*\n {6}1 +\d+ +\d+\n$/),
    },
    {
      call: 'model inspect -json',
      async attempt({ reads }) {
        const info = JSON.parse(await reads('model inspect -json')) as {
          jets: { pid: number; sandbox: string }[];
          name: string;
        };
        const [jet] = info.jets;
        if (info.name !== 'gain' || typeof jet?.pid !== 'number' || !/^\d+$/.test(jet.sandbox))
          throw new Error(JSON.stringify(info));
      },
    },
    {
      call: 'model input, model output',
      async attempt({ silent, sees }) {
        await silent('model input', { input: '5\n7\n\n9\n' });
        await sees('model output', '15\n');
        await sees('model output 1 -nowait', '21\n', { mended: true });
        await silent('model output -nowait', { mended: true });
      },
    },
    { call: 'model input SLOT', attempt: ({ silent }) => silent('model input 0', { input: '1\n' }) },
    { call: 'model output SLOT', attempt: ({ sees }) => sees('model output 1', '3\n') },
    {
      call: 'model output -nowait',
      async attempt({ silent, until }) {
        await silent('model output -nowait');
        await silent('model input', { input: '5\n' });
        await until('model output -nowait', /^b'15'\n$/);
      },
    },
    {
      call: 'model input SLOT, an output slot',
      attempt: ({ refused }) => refused('model input 1', 'Error: 1 is an output slot\n'),
    },
    {
      call: 'model output SLOT, an input slot',
      attempt: ({ refused }) => refused('model output 0', 'Error: 0 is an input slot\n'),
    },
    {
      call: 'model scale N, in a run',
      async attempt({ silent, until }) {
        await silent('model scale 2');
        await until('model inspect', /\n {6}2 +\d+ +\d+\n$/);
        await silent('model scale 1');
      },
    },
    {
      call: 'model scale 0, in a run',
      async attempt({ silent, until }) {
        await silent('model scale 0');
        await until('model inspect', /No jets started\n$/);
        await silent('model scale 1');
      },
    },
    {
      call: 'model load M, in a run',
      async attempt({ silent, sees, until }) {
        await silent('model add gain', { input: 'def action(x):\n    yield 4 * x\n' });
        await sees('model load gain -v', 'Model loaded\n');
        await silent('model input', { input: '2\n' });
        await until('model output', /^8\n$/);
      },
    },
    {
      call: 'model unload, in a run',
      attempt: ({ refused }) => refused('model unload', 'Error: Unable to unload model\n  Caused by: (400)'),
    },
    {
      call: 'engine pause -v',
      async attempt({ sees }) {
        await sees('engine pause -v', "Engine 'engine-1' paused\n");
        await sees('engine inspect', 'PAUSED\n');
      },
    },
    {
      call: 'engine unpause -v',
      async attempt({ sees }) {
        await sees('engine unpause -v', "Engine 'engine-1' unpaused\n");
        await sees('engine inspect', `${green('RUNNING')}\n`);
      },
    },
    {
      call: 'model interact',
      async attempt({ start, reads }) {
        const before = await reads('sensor inspect');
        const { status, stdout } = await interact(start('model interact', { terminal: true }), ['7'], [green('28')]);
        if (status !== 0 || (await reads('sensor inspect')) !== before) throw new Error(`status ${status}: ${stdout}`);
      },
    },
    {
      call: 'model interact, rejected records',
      async attempt({ start, silent }) {
        await silent('engine reset');
        await silent('run typed rest: rest: -schema:int:"int"');
        const rejected = [red('REJECTED-By-Schema:0: "seven"'), red('REJECTED-By-Encoding:0: se{en')];
        const command = start('model interact', { terminal: true });
        const { status, stdout } = await interact(command, ['"seven"', 'se{en'], rejected);
        if (status !== 0) throw new Error(`status ${status}: ${stdout}`);
      },
    },
    {
      call: 'engine reset -v',
      async attempt({ sees }) {
        await sees('engine reset -v', "Engine 'engine-1' reset\n");
        await sees('model inspect', 'Model not loaded\n');
        await sees('stream inspect', /^Slot .*\n-.*\n$/);
      },
    },
    {
      call: 'model interact, not running',
      attempt: ({ refused }) => refused('model interact', 'Error: engine-1 is not running\n'),
    },
    {
      call: 'model input, no REST stream',
      attempt: ({ refused }) =>
        refused('model input', 'Error: Stream write error\n  Caused by: (403)', { input: '1\n' }),
    },
    {
      call: 'engine pause, before the start',
      async attempt({ silent, sees }) {
        await silent('engine reset');
        await silent('engine pause');
        await sees('engine inspect', 'INIT\n');
        await silent('run gain rest: rest:');
        await sees('engine inspect', 'PAUSED\n');
        await silent('engine unpause');
        await sees('engine inspect', `${green('RUNNING')}\n`);
      },
    },
    {
      call: 'run M S0 S1 -wait -v',
      async attempt({ sees, silent }) {
        await silent('engine reset');
        await sees(
          'run tally inline:4,6,9 discard: -v -wait',
          /Stream attached to slot 1\n(Engine state is RUNNING\n)?(Engine state is FINISHING\n)?Engine state is FINISHED\n$/,
        );
        await sees('engine inspect', 'FINISHED\n');
      },
    },
    {
      call: 'run M S0 S1 -wait, the model fails',
      async attempt({ sees, silent }) {
        await silent('engine reset');
        await sees(
          'run divide inline:3,0 discard: -wait',
          /MODEL ERROR\n +The input that caused the error:\n +2: 0\n( +\(1 record\(s\) skipped\)\n)? +-{32}\n(.*\n)+ +ZeroDivisionError/,
        );
        await sees('engine inspect', 'ERROR\n');
      },
    },
    {
      call: 'run M S0 S1 -json',
      async attempt({ reads, silent }) {
        await silent('engine reset');
        const info = JSON.parse(await reads('run gain rest: discard: -json')) as { name: string };
        if (info.name !== 'gain') throw new Error(JSON.stringify(info));
      },
    },
    {
      call: 'run M S0 S1 -schema:NAME:DATA',
      async attempt({ silent }) {
        await silent('engine reset');
        await silent('run typed rest: discard: -schema:int:"int"');
      },
    },
    {
      call: 'run M S0 S1, no such model',
      attempt: ({ refused }) => refused('run nothing rest: rest:', "Error: Model 'nothing' not found\n"),
    },
    {
      call: 'job run M S0 S1',
      async attempt({ silent, until }) {
        await silent('engine reset');
        await silent('job run gain inline:1,2 rest:');
        await until('model output', /^4\n$/);
      },
    },
    {
      call: 'model output -c',
      attempt: ({ sees }) => sees('model output -c', `8\n${blue('(EOF)')}\n`),
    },
    { call: 'model output, at the end', attempt: ({ sees }) => sees('model output', `${blue('(EOF)')}\n`) },
    {
      call: 'model output -nowait, at the end',
      async attempt({ start }) {
        const { status, stderr } = await start('model output -nowait', { input: '' }).ended;
        if (status !== 1 || !/\nEOFError\n$/.test(stderr)) throw new Error(`status ${status}: ${stderr}`);
      },
    },
    {
      call: 'engine inspect -v, FINISHED',
      attempt: ({ sees }) => sees('engine inspect -v', /^The current engine state is FINISHED\.\n\n.+\n/),
    },
    {
      call: 'model load M, engine pause: at the end',
      async attempt({ refused }) {
        await refused('model load gain', "Error: Unable to load model 'gain'\n  Caused by: (400)");
        await refused('engine pause', /^Error: .*\n {2}Caused by: \(400\)/);
      },
    },
  ],
};

/** Types lines, each at its prompt, then empty ones until all that is expected has been shown, then Ctrl-D. */
async function interact(
  command: RunningCommand,
  lines: readonly string[],
  expected: readonly string[],
): Promise<Finished> {
  // Whether something has come is looked for after a line only.
  const mostLines = 40;
  let shown = '';
  for (let count = 1; count <= mostLines; count++) {
    shown = await command.printed(new RegExp(`(?:> [\\s\\S]*){${count}}$`));
    if (count > lines.length && expected.every((text) => shown.includes(text))) {
      command.type('\x04');
      return command.ended;
    }
    command.type(`${lines[count - 1] ?? ''}\r`);
  }
  throw new Error(`${expected.join(' or ')} is not shown: ${shown}`);
}
