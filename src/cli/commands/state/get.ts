import { FastScoreError } from '../../../core/errors.ts';
import { describeKey } from '../../../core/state/key.ts';
import { defineCommand } from '../../command.ts';
import { parseKey, stateDocument } from '../../state-key.ts';

export const command = defineCommand({
  args: [
    ['<name>', 'a cell, or a pool'],
    ['[item]', 'an item of the pool'],
  ],
  about: 'Prints the value as JSON, on one line.',
  examples: [
    { line: 'fastscore state get total', text: 'a cell' },
    { line: 'fastscore state get counter x', text: 'item x of pool counter' },
  ],
  async run(cli, [name, item]) {
    const key = parseKey(name, item);
    const info = await (await cli.client()).engine.stateGet(key);
    if (info.json === null && !cli.out.json) {
      throw new FastScoreError('STATE_OPAQUE', `The value of ${describeKey(key)} is a ${info.type}`, {
        hint: 'Only a model in its language can open it; see its size with --json',
      });
    }
    cli.out.result(stateDocument(info), info.json ?? '');
    return 0;
  },
});
