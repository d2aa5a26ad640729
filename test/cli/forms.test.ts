import { expect, test } from 'vitest';
import { parseCommand } from '../../src/cli/parse.ts';
import { COMMANDS } from '../../src/cli/program.ts';
import { resolveCommand } from '../../src/cli/resolve.ts';

/** Every form of a command that FastScore 1.10 had; `W` is any word. */
const FORMS = [
  'connect W',
  'login basicauth',
  'config set W',
  'config show',
  'fleet',
  'use W',
  'use',
  'run W W W',
  'job run W W W',
  'model add W W',
  'model add W',
  'model show W',
  'model list',
  'model remove W',
  'model verify W',
  'model load W',
  'model load W W',
  'model inspect',
  'model unload',
  'model scale W',
  'model input',
  'model input W',
  'model output',
  'model output W',
  'model interact',
  'attachment list W',
  'attachment upload W W',
  'attachment download W W',
  'attachment remove W W',
  'policy set W',
  'policy set',
  'policy show',
  'schema add W W',
  'schema add W',
  'schema show W',
  'schema remove W',
  'schema list',
  'schema verify W',
  'schema verify W W',
  'schema infer W',
  'snapshot list W',
  'snapshot show W W',
  'snapshot restore W',
  'snapshot restore W W',
  'snapshot remove W W',
  'stream add W W',
  'stream add W',
  'stream show W',
  'stream remove W',
  'stream list',
  'stream inspect W',
  'stream inspect',
  'stream verify W W',
  'stream attach W W',
  'stream detach W',
  'stream sample W',
  'engine pause',
  'engine unpause',
  'engine inspect',
  'engine reset',
  'sensor add W W',
  'sensor add W',
  'sensor show W',
  'sensor remove W',
  'sensor list',
  'sensor install W',
  'sensor uninstall W',
  'sensor inspect W',
  'sensor inspect',
  'sensor points',
  'stats memory',
  'stats cpu-utilization',
  'stats jets',
  'stats streams',
  'debug manifold',
  'debug stream W',
  'profile stream W',
  'pneumo',
  'pneumo history',
  'monitor',
];

/** Those of its relatives and ancestors, which scripts still use. */
const OLDER_FORMS = [
  'connect W W',
  'connect basicauth W W W',
  'login W W',
  'job scale W',
  'job stop',
  'job status',
  'job statistics',
  'tap install W W',
  'tap list W',
  'tap inspect W W',
  'tap available W',
  'tap uninstall W W',
  'fleet version',
  'snapshot describe W W',
  'stream rate W',
  'stream sample W W',
  'pneumo wait W',
  'pneumo flush',
  'engine reset W',
  'engine inspect W',
  'engine pause W',
  'engine unpause W',
  'model unload W',
  'model load W W W',
  'job run W W',
  'h',
  'h W',
];

/** Options as 1.10 spelled them, as they are spelled today, and what a command of ours makes of both. */
const OPTIONS = [
  ['model list', '-v', '--verbose', { verbose: true }],
  ['model list', '-V', '--verbose', { verbose: true }],
  ['model list', '-json', '--json', { json: true }],
  ['fleet', '-wait', '--wait', { wait: true }],
  ['run m in out', '-wait', '--wait', { wait: true }],
  ['connect http://h:1', '-nowait', '--no-wait', { nowait: true }],
  ['model output', '-nowait', '--nowait', { nowait: true }],
  ['model output', '-c', '--continuous', { continuous: true }],
  ['model add m m.py', '-type:python3', '--type python3', { type: 'python3' }],
  ['model add m m.py', '-type python3', '--type=python3', { type: 'python3' }],
  ['policy set', '-type:R', '--type R', { type: 'R' }],
  ['policy set', '-preinstall', '--preinstall', { preinstall: true }],
  ['stream sample s', '-count:5', '--count 5', { count: '5' }],
  ['snapshot list m', '-count:5', '--count=5', { count: '5' }],
  ['snapshot list m', '-since:2019-08-02T08:30:00Z', '--since 2019-08-02T08:30:00Z', { since: '2019-08-02T08:30:00Z' }],
  ['snapshot list m', '-until:2019-08-02', '--until 2019-08-02', { until: '2019-08-02' }],
  ['model verify m', '-schema:amps:"int"', '--schema amps:"int"', { schema: ['amps:"int"'] }],
  ['model show m', '-e', '--edit', { edit: true }],
  ['fleet', '-m', '--monitor', { monitor: true }],
  ['schema infer f', '-format:csv', '--format csv', { format: 'csv' }],
  ['login basicauth', '-username:ann', '--username ann', { username: 'ann' }],
  ['login basicauth', '-password:a:b', '--password a:b', { password: 'a:b' }],
  ['engine reset', '-engine:engine-2', '--engine engine-2', { engine: 'engine-2' }],
] as const;

test.each([...FORMS, ...OLDER_FORMS])('fastscore %s is understood', async (form) => {
  expect(await parse(form)).toMatchObject({ kind: 'run' });
});

test.each(OPTIONS)(
  'fastscore %s takes %s as well as %s, before and after the words',
  async (form, old, modern, meant) => {
    for (const option of [old, modern]) {
      expect(await parse(`${form} ${option}`)).toMatchObject({ options: meant });
      expect(await parse(`${option} ${form}`)).toMatchObject({ options: meant });
    }
  },
);

async function parse(line: string) {
  const request = await resolveCommand(line.split(' '), COMMANDS);
  if (request.kind !== 'command') return request;
  return parseCommand(request.entry, (await request.entry.load()).command, request.rest);
}
