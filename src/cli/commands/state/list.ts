import { FastScoreError } from '../../../core/errors.ts';
import { defineCommand } from '../../command.ts';
import { renderTable } from '../../output/table.ts';
import { shorten } from '../../shorten.ts';
import { stateDocument } from '../../state-key.ts';

const LONGEST_VALUE = 40;
const KINDS: Readonly<Record<string, 'cell' | 'item'>> = { cell: 'cell', pool: 'item' };

export const command = defineCommand({
  args: [['[name]', 'one cell or pool only']],
  options: { kind: ['--kind <kind>', 'cell or pool'] },
  about: 'Values are those that the jets handed in last. Long ones are cut; -v adds sizes and versions.',
  examples: [
    { line: 'fastscore state list', text: 'all cells and items of pools' },
    { line: 'fastscore state list counter --kind pool -v', text: 'one pool' },
  ],
  async run(cli, [name], { kind }) {
    if (kind !== undefined && !Object.hasOwn(KINDS, kind)) {
      throw new FastScoreError('BAD_INPUT', `--kind takes cell or pool, not '${kind}'`);
    }
    const filter = { name, kind: kind === undefined ? undefined : KINDS[kind] };
    const keys = await (await cli.client()).engine.stateList(filter);
    const integer = (title: string) => ({ title, integer: true }) as const;
    const table = renderTable(
      ['Kind', 'Name', 'Item', 'Type', ...(cli.out.verbose ? [integer('Bytes'), integer('Version')] : []), 'Value'],
      keys.map((info) => [
        info.kind === 'cell' ? 'cell' : 'pool',
        info.name,
        info.item ?? '',
        info.type,
        ...(cli.out.verbose ? [String(info.bytes), String(info.version)] : []),
        info.json === null ? '-' : shorten(info.json, LONGEST_VALUE),
      ]),
    );
    cli.out.result(keys.map(stateDocument), table);
    return 0;
  },
});
