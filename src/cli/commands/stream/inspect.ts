import type { ActiveStreamInfo } from '../../../api/shapes.ts';
import { defineCommand } from '../../command.ts';
import { parseSlot } from '../../numbers.ts';
import { renderTable } from '../../output/table.ts';
import { transportType } from '../../transport-type.ts';

export const command = defineCommand({
  args: [['[slot]', 'one slot only']],
  examples: [
    { line: 'fastscore stream inspect', text: 'all slots with a stream' },
    { line: 'fastscore stream inspect 0', text: 'one' },
  ],
  async run(cli, [text]) {
    const slot = text === undefined ? undefined : parseSlot(text);
    const streams = await (await cli.client()).engine.activeStreams();
    if (slot === undefined) {
      cli.out.result(streams, render(streams));
      return 0;
    }
    const found = streams.find((stream) => stream.slot === slot);
    cli.out.result(found ?? null, found === undefined ? `No stream attached to slot ${slot}` : render([found]));
    return 0;
  },
});

function render(streams: readonly ActiveStreamInfo[]): string {
  return renderTable(
    [{ title: 'Slot', integer: true }, 'Name', 'Transport', 'EOF'],
    streams.map(({ slot, name, descriptor, eof }) => [
      String(slot),
      name,
      transportType(descriptor),
      eof ? 'True' : 'False',
    ]),
  );
}
