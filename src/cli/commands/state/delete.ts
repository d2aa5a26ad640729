import { describeKey } from '../../../core/state/key.ts';
import { defineCommand } from '../../command.ts';
import { parseSeconds } from '../../numbers.ts';
import { parseKey } from '../../state-key.ts';
import { STATE_TIMEOUT } from '../../state-timeout.ts';

export const command = defineCommand({
  args: [
    ['<name>', 'a cell, or a pool'],
    ['[item]', 'an item of the pool'],
  ],
  options: { timeout: STATE_TIMEOUT },
  examples: [
    { line: 'fastscore state delete total', text: 'a cell' },
    { line: 'fastscore state delete counter x', text: 'item x of pool counter' },
  ],
  async run(cli, [name, item], { timeout }) {
    const waitMs = parseSeconds('--timeout', timeout);
    const key = parseKey(name, item);
    await (await cli.client()).engine.stateDelete(key, waitMs);
    const place = key.kind === 'cell' ? { cell: key.name } : { pool: key.pool, item: key.item };
    const described = describeKey(key);
    cli.out.done({ ...place, result: 'deleted' }, `${described.charAt(0).toUpperCase()}${described.slice(1)} deleted`);
    return 0;
  },
});
