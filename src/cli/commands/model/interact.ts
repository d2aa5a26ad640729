import { FastScoreError } from '../../../core/errors.ts';
import { defineCommand } from '../../command.ts';
import { Conversation } from '../../conversation.ts';
import { openLineReader } from '../../line-reader.ts';
import { assertModelLoaded } from '../../loaded-model.ts';

export const command = defineCommand({
  about:
    'Each line is sent as a record to slot 0, and what comes out is shown: slot 1 as it is, others after [3]. ~2 goes on ' +
    'with slot 2. An empty line only looks for outputs. Ctrl-D ends. The slots need REST streams. On a terminal the arrow ' +
    'keys bring earlier lines back, those of earlier calls too.',
  examples: [{ line: 'fastscore model interact', text: '' }],
  async run(cli) {
    const client = await cli.client();
    const engine = await cli.engineName();
    if ((await client.engine.state()) !== 'running') {
      throw new FastScoreError('WRONG_STATE', `${engine} is not running`, {
        hint: 'fastscore run <model> rest: rest:',
      });
    }
    cli.endOnInterrupt();
    const conversation = new Conversation(cli, client, (await assertModelLoaded(client)).slots);
    await conversation.begin();
    const reader = await openLineReader(cli);
    for await (const line of reader.lines(() => conversation.prompt)) await conversation.take(line);
    return 0;
  },
});
