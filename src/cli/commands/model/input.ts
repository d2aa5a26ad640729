import { createInterface } from 'node:readline';
import { FastScoreError } from '../../../core/errors.ts';
import { defineCommand } from '../../command.ts';
import { parseRestSlot } from '../../numbers.ts';
import { during } from '../../output/errors.ts';

export const command = defineCommand({
  args: [['[slot]', 'an input slot with a REST stream (default: 0)']],
  about: 'Sends each line of stdin as one record, up to the first empty line or the end. The stream stays open.',
  examples: [
    { line: "printf '1\\n2\\n' | fastscore model input", text: 'two records' },
    { line: `echo '{"$fastscore":"end"}' | fastscore model input`, text: 'the end of the stream' },
  ],
  async run(cli, [text]) {
    const slot = parseRestSlot(text ?? '0');
    if (slot % 2 === 1) throw new FastScoreError('BAD_COUNT', `${slot} is an output slot`);
    const client = await cli.client();
    if (cli.compat) cli.endOnInterrupt();
    let records = 0;
    for await (const line of createInterface({ input: cli.io.stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
      if (line === '') break;
      await during('Stream write error', client.engine.input(slot, Buffer.from(line)));
      records++;
    }
    cli.out.result({ slot, records }, '');
    return 0;
  },
});
