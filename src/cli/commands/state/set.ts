import { FastScoreError } from '../../../core/errors.ts';
import { describeKey } from '../../../core/state/key.ts';
import { defineCommand } from '../../command.ts';
import { parseSeconds } from '../../numbers.ts';
import { readInput } from '../../read-input.ts';
import { parseKey } from '../../state-key.ts';
import { STATE_TIMEOUT } from '../../state-timeout.ts';

export const command = defineCommand({
  args: [
    ['<name>', 'a cell, or a pool'],
    ['<item-or-value>', 'an item of the pool, when a value follows; else the value'],
    ['[value]', 'JSON; - reads it from stdin'],
  ],
  options: { timeout: STATE_TIMEOUT },
  examples: [
    { line: 'fastscore state set total 0', text: 'a cell' },
    { line: `fastscore state set counter x '{"n": 3}'`, text: 'item x of pool counter' },
  ],
  async run(cli, [name, second, third], { timeout }) {
    const waitMs = parseSeconds('--timeout', timeout);
    const key = parseKey(name, third === undefined ? undefined : second);
    const given = third ?? second;
    const json = given === '-' ? (await readInput(cli, '-')).toString('utf8').trim() : given;
    assertJson(json);
    await (await cli.client()).engine.stateSet(key, json, waitMs);
    const place = key.kind === 'cell' ? { cell: key.name } : { pool: key.pool, item: key.item };
    cli.out.done({ ...place, result: 'set' }, `Value of ${describeKey(key)} set`);
    return 0;
  },
});

function assertJson(text: string): void {
  try {
    JSON.parse(text);
  } catch (cause) {
    throw new FastScoreError('BAD_INPUT', `The value is not JSON: ${text}`, {
      hint: `Text needs quotes of its own: '"${text.replaceAll('"', '')}"'`,
      cause,
    });
  }
}
