import { defineCommand } from '../../command.ts';
import { parseSlot } from '../../numbers.ts';
import { during } from '../../output/errors.ts';
import { resolveStream } from '../../stream-argument.ts';

export const command = defineCommand({
  args: [
    ['<stream>', 'name of a stream, a literal, a descriptor as JSON, or a file'],
    ['<slot>', 'number of the slot, or in or out'],
  ],
  about: 'The engine starts as soon as the model is loaded and every slot that it uses has a stream.',
  examples: [
    { line: 'fastscore stream attach rest: 0', text: 'input by `fastscore model input`' },
    { line: 'fastscore stream attach scores 1', text: 'a stored stream' },
  ],
  async run(cli, [text, slotText]) {
    const slot = parseSlot(slotText);
    const stream = await resolveStream(cli, text, slot);
    const client = await cli.client();
    const attaching = client.engine.attachStream(slot, stream.name, stream.descriptor);
    await during('Unable to attach stream', attaching);
    cli.out.done({ slot, name: stream.name, result: 'attached' }, `Stream attached to slot ${slot}`);
    return 0;
  },
});
