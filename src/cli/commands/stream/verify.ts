import { defineCommand } from '../../command.ts';
import { parseSlot } from '../../numbers.ts';
import { during } from '../../output/errors.ts';
import { renderJson } from '../../output/json.ts';
import { resolveStream } from '../../stream-argument.ts';

export const command = defineCommand({
  args: [
    ['<stream>', 'name of a stream, a literal, a descriptor as JSON, or a file'],
    ['<slot>', 'number of the slot, or in or out'],
  ],
  examples: [
    { line: 'fastscore stream verify in 0', text: '' },
    { line: 'fastscore stream verify inline:4,6 0 -v', text: 'with the full descriptor' },
  ],
  async run(cli, [text, slotText]) {
    const slot = parseSlot(slotText);
    const stream = await resolveStream(cli, text, slot);
    const client = await cli.client();
    const checking = client.engine.verifyStream(slot, stream.name, stream.descriptor);
    const descriptor = await during('Unable to attach stream', checking);
    cli.out.confirm(renderJson(descriptor));
    const verdict = cli.out.colours.green('The stream descriptor contains no errors');
    cli.out.result({ slot, name: stream.name, descriptor }, verdict);
    return 0;
  },
});
