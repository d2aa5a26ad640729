import { FastScoreError } from '../../../core/errors.ts';
import { defineCommand } from '../../command.ts';
import { parseSlot } from '../../numbers.ts';
import { during } from '../../output/errors.ts';

export const command = defineCommand({
  args: [['[slot]', 'an output slot with a REST stream (default: 1)']],
  options: {
    nowait: ['--nowait', 'do not wait when there is no record yet'],
    continuous: ['-c, --continuous', 'go on to the end of the stream'],
  },
  about: 'Prints one record, and waits for it. With --json: {"record": text, "eof": flag}, with -c one a line.',
  examples: [
    { line: 'fastscore model output', text: 'the next record' },
    { line: 'fastscore model output -c', text: 'all that come' },
  ],
  async run(cli, [text], { nowait, continuous }) {
    const slot = parseSlot(text ?? '1');
    if (slot % 2 === 0) throw new FastScoreError('BAD_COUNT', `${slot} is an input slot`);
    const client = await cli.client();
    const print = (record: string | null, eof: boolean, line: string): void => {
      if (continuous) cli.out.item({ record, eof }, line);
      else cli.out.result({ record, eof }, line);
    };
    for (;;) {
      const record = await during('Stream read error', client.engine.output(slot));
      if (record === 'eof') {
        print(null, true, cli.out.colours.blue('(EOF)'));
        return 0;
      }
      if (record !== 'empty') {
        print(record.toString('utf8'), false, record.toString('utf8'));
        if (!continuous) return 0;
      } else if (nowait) {
        print(null, false, '');
        return 0;
      }
    }
  },
});
