import type { StateInfo } from '../../../api/shapes.ts';
import { FastScoreError } from '../../../core/errors.ts';
import { defineCommand } from '../../command.ts';
import { printableLine } from '../../output/printable.ts';
import { renderTable } from '../../output/table.ts';
import { shorten } from '../../shorten.ts';
import { stateDocument } from '../../state-key.ts';
import { showFrame, WATCH_OPTION } from '../../watch.ts';

const LONGEST_VALUE = 40;
const KINDS: Readonly<Record<string, 'cell' | 'item'>> = { cell: 'cell', pool: 'item' };

export const command = defineCommand({
  args: [['[name]', 'one cell or pool only']],
  options: { kind: ['--kind <kind>', 'cell or pool'], watch: WATCH_OPTION },
  about:
    'Values are those that the jets handed in last. Long ones are cut. Jet is the number of the jet that has the key ' +
    'in its memory (shared: no jet has it, each use is a round trip). -v adds size, version and time of each value, ' +
    'since when the jet has the key, and the jets that wait for it.',
  examples: [
    { line: 'fastscore state list', text: 'all cells and items of pools' },
    { line: 'fastscore state list counter --kind pool -v', text: 'one pool' },
  ],
  async run(cli, [name], { kind, watch }) {
    if (kind !== undefined && !Object.hasOwn(KINDS, kind)) {
      throw new FastScoreError('BAD_INPUT', `--kind takes cell or pool, not '${kind}'`);
    }
    const filter = { name, kind: kind === undefined ? undefined : KINDS[kind] };
    const { engine } = await cli.client();
    return showFrame(cli, watch, async () => {
      const keys = await engine.stateList(filter);
      return { document: keys.map(stateDocument), text: renderKeys(keys, cli.out.verbose) };
    });
  },
});

function renderKeys(keys: readonly StateInfo[], verbose: boolean): string {
  const integer = (title: string) => ({ title, integer: true }) as const;
  const details = [integer('Bytes'), integer('Version'), 'Updated'];
  return renderTable(
    [
      'Kind',
      'Name',
      'Item',
      'Type',
      ...(verbose ? details : []),
      'Jet',
      ...(verbose ? ['Since', 'Waiting'] : []),
      'Value',
    ],
    keys.map((info) => [
      info.kind === 'cell' ? 'cell' : 'pool',
      printableLine(info.name),
      printableLine(info.item ?? ''),
      info.type,
      ...(verbose ? [String(info.bytes), String(info.version), info.updated_on] : []),
      holderOf(info),
      ...(verbose ? [info.lent_since ?? '-', info.waiting.join(' ') || '-'] : []),
      info.json === null ? '-' : shorten(printableLine(info.json), LONGEST_VALUE),
    ]),
  );
}

function holderOf({ lent_to, shared }: StateInfo): string {
  if (shared) return 'shared';
  return lent_to === null ? '-' : String(lent_to);
}
