import type { Group } from './group.ts';
import { GAIN, TALLY } from './models-of-rows.ts';

const IMPORTS = 'import nowhere_to_be_found\n\ndef action(x):\n    yield x\n';

export const snapshots: Group = {
  title: 'Snapshots and import policies',
  files: { ...TALLY, ...GAIN, policy: 'numpy: install\n', 'imports.py3': IMPORTS },
  first: ['model add tally tally.py3', 'model add gain gain.py3'],
  rows: [
    { call: 'snapshot list M, none', attempt: ({ silent }) => silent('snapshot list tally') },
    { call: 'snapshot list M -v, none', attempt: ({ sees }) => sees('snapshot list tally -v', 'No snapshots found\n') },
    {
      call: 'snapshot list M',
      async attempt({ silent, until, sees }) {
        await silent('run tally inline:4,6,9 discard:');
        await until('engine inspect', /FINISHED/);
        await until('snapshot list tally', /^[a-z0-9]{8}\n$/);
        await silent('engine reset');
        await silent('run tally inline:1 discard:');
        await until('snapshot list tally', /^[a-z0-9]{8}\n[a-z0-9]{8}\n$/);
        await silent('engine reset');
        await sees('snapshot list tally', /^[a-z0-9]{8}\n[a-z0-9]{8}\n$/);
      },
    },
    {
      call: 'snapshot list M -v',
      attempt: ({ sees }) =>
        sees(
          'snapshot list tally -v',
          /^Id +Model +Date\/Time +Type +Size\n-.*\n[a-z0-9]{8} {2}tally {4}\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\S*Z {2}\S+ +\d+\n/,
        ),
    },
    {
      call: 'snapshot list M -count:N',
      async attempt({ reads }) {
        const [all, one] = [await reads('snapshot list tally'), await reads('snapshot list tally -count:1')];
        if (one !== all.slice(0, 9)) throw new Error(`${all} and ${one}`);
      },
    },
    {
      call: 'snapshot list M -since:D -until:D',
      async attempt({ silent, reads }) {
        await silent('snapshot list tally -until:2019-01-01');
        await silent('snapshot list tally -since:2999-01-01');
        if (
          (await reads('snapshot list tally -since:2019-01-01 -until:2999-01-01')) !==
          (await reads('snapshot list tally'))
        )
          throw new Error('not all of them');
      },
    },
    {
      call: 'snapshot list M, no such model',
      attempt: ({ refused }) => refused('snapshot list nothing', "Error: Model 'nothing' not found\n"),
    },
    {
      call: 'snapshot show M ID',
      async attempt({ reads, sees }) {
        const id = (await reads('snapshot list tally')).slice(0, 8);
        const expected = `^id: {9}${id}\ncreated-on: \\S+Z\nstype: {6}\\S+\nsize: {7}\\d+\n$`;
        await sees(`snapshot show tally ${id}`, new RegExp(expected));
      },
    },
    {
      call: 'snapshot show M ID, a beginning',
      async attempt({ reads, sees }) {
        const id = (await reads('snapshot list tally')).slice(0, 8);
        await sees(`snapshot show tally ${id.slice(0, 6)}`, new RegExp(`^id: {9}${id}\n`));
      },
    },
    {
      call: 'snapshot show M ID -json',
      async attempt({ reads }) {
        const id = (await reads('snapshot list tally')).slice(0, 8);
        const shown = JSON.parse(await reads(`snapshot show tally ${id} -json`)) as Record<string, unknown>;
        if (Object.keys(shown).join(' ') !== 'id created_on stype size' || shown.id !== id)
          throw new Error(JSON.stringify(shown));
      },
    },
    {
      call: 'snapshot show M ID, none',
      attempt: ({ refused }) =>
        refused(
          'snapshot show tally zzzzzzzz',
          "Error: Cannot retrieve snapshot 'zzzzzzzz' metadata\n  Caused by: (404)",
        ),
    },
    {
      call: 'snapshot restore M ID -v',
      async attempt({ reads, sees, silent, until }) {
        const oldest = (await reads('snapshot list tally')).trim().split('\n').at(-1);
        await sees(`snapshot restore tally ${oldest} -v`, 'Model state restored\n');
        await silent('run tally rest: rest:');
        await silent('model input', { input: '1\n' });
        await until('model output', /^20\n$/);
        await silent('engine reset');
      },
    },
    { call: 'snapshot restore M', attempt: ({ silent }) => silent('snapshot restore tally') },
    {
      call: 'snapshot remove M ID -v',
      async attempt({ reads, sees }) {
        const id = (await reads('snapshot list tally')).slice(0, 8);
        await sees(`snapshot remove tally ${id} -v`, `Snapshot '${id}' removed\n`);
      },
    },
    {
      call: 'snapshot remove M ID, a beginning',
      async attempt({ reads, silent }) {
        const id = (await reads('snapshot list tally')).slice(0, 5);
        await silent(`snapshot remove tally ${id}`);
        await silent('snapshot list tally');
      },
    },
    {
      call: 'snapshot remove M ID, none',
      attempt: ({ refused }) =>
        refused('snapshot remove tally zzzzzzzz', "Error: Cannot remove snapshot 'zzzzzzzz'\n  Caused by: (404)"),
    },
    {
      call: 'policy set FILE -type:X -v',
      attempt: ({ sees }) => sees('policy set policy -type:python3 -v', 'Import policy updated\n'),
    },
    {
      call: 'policy set -type:X',
      attempt: ({ silent }) => silent('policy set -type:R', { input: 'jsonlite: install\n' }),
    },
    { call: 'policy show -type:X', attempt: ({ sees }) => sees('policy show -type:python3', 'numpy: install\n') },
    {
      call: 'policy set -type:X -preinstall -v',
      async attempt({ sees }) {
        const policy = 'json: install\nos: warn\n';
        await sees('policy set -type:python -preinstall -v', 'Import policy updated\n', { input: policy });
        await sees('policy show -type:python', policy);
      },
    },
    {
      call: 'policy set -type:X -preinstall, once more',
      attempt: ({ refused }) =>
        refused('policy set policy -type:python3 -preinstall', 'Error: Unable to upload policy\n  Caused by: (400)'),
    },
    {
      call: 'policy set, no type',
      attempt: ({ refused }) => refused('policy set policy', 'Error: Model type not set (use -type: option)\n'),
    },
    {
      call: 'policy show -type:X, of a type without policies',
      attempt: ({ refused }) => refused('policy show -type:octave', "Error: Model type 'octave' not recognized\n"),
    },
    {
      call: 'policy set -type:X, no YAML',
      attempt: ({ refused }) =>
        refused('policy set -type:python', 'Error: Unable to upload policy\n  Caused by: (400)', { input: '{bad' }),
    },
    {
      call: 'policy set -type:X, and what model verify M -v says then',
      async attempt({ silent, sees, refused }) {
        await silent('policy set -type:python3', { input: 'nowhere_to_be_found: warn\n' });
        await silent('model add imports imports.py3');
        await sees('model verify imports -v', /\nWARNING: the model imports nowhere_to_be_found\.\n/);
        await silent('policy set -type:python3', { input: 'nowhere_to_be_found: prohibit\n' });
        await refused('model verify imports', /^Error: [^\n]*nowhere_to_be_found[^\n]*\n$/);
      },
    },
  ],
};
