import type { ActiveStreamInfo } from '../../../api/shapes.ts';
import { defineCommand } from '../../command.ts';
import { parseSlot } from '../../numbers.ts';
import { renderTable } from '../../output/table.ts';
import { transportType } from '../../transport-type.ts';
import { showFrame, WATCH_OPTION } from '../../watch.ts';

export const command = defineCommand({
  args: [['[slot]', 'one slot only']],
  options: { watch: WATCH_OPTION },
  examples: [
    { line: 'fastscore stream inspect', text: 'all slots with a stream' },
    { line: 'fastscore stream inspect 0', text: 'one' },
  ],
  async run(cli, [text], { watch }) {
    const slot = text === undefined ? undefined : parseSlot(text);
    const { engine } = await cli.client();
    return showFrame(cli, watch, async () => {
      const streams = await engine.activeStreams();
      if (slot === undefined) return { document: streams, text: render(streams) };
      const found = streams.find((stream) => stream.slot === slot);
      if (found === undefined) return { document: null, text: `No stream attached to slot ${slot}` };
      return { document: found, text: render([found]) };
    });
  },
});

/** The columns of 1.10, and one more when a stream has lost its connection. */
function render(streams: readonly ActiveStreamInfo[]): string {
  const isTroubled = streams.some(({ trouble }) => trouble !== undefined);
  return renderTable(
    [{ title: 'Slot', integer: true }, 'Name', 'Transport', 'EOF', ...(isTroubled ? ['Connection'] : [])],
    streams.map(({ slot, name, descriptor, eof, trouble }) => [
      String(slot),
      name,
      transportType(descriptor),
      eof ? 'True' : 'False',
      ...(isTroubled ? [trouble === undefined ? 'ok' : `trying again: ${trouble}`] : []),
    ]),
  );
}
