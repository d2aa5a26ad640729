import { defineCommand } from '../../command.ts';
import { assertModelLoaded } from '../../loaded-model.ts';
import { rateText } from '../../rate-text.ts';
import { openTemporarySensors } from '../../temporary-sensors.ts';
import { untilInterrupted } from '../../until-interrupted.ts';

export const command = defineCommand({
  about: 'Records per second on each slot of the model, each second until Ctrl-C.',
  examples: [{ line: 'fastscore stats streams', text: '' }],
  async run(cli) {
    const engine = await cli.engineName();
    const { slots } = await assertModelLoaded(await cli.client());
    const sensors = await openTemporarySensors(cli, engine);
    const show = async (): Promise<void> => {
      const slotOf = new Map<number, number>();
      for (const { slot } of slots) slotOf.set(await sensors.install(`manifold.${slot}.records.count`), slot);
      const rates = new Map<number, number>();
      for await (const { id, data, delta_time: seconds } of sensors.reports) {
        const slot = slotOf.get(id)!;
        // The second report of a slot begins a new round.
        if (rates.has(slot)) rates.clear();
        rates.set(slot, Number(data) / (seconds || 1));
        if (rates.size < slots.length) continue;
        const sorted = [...rates].sort(([a], [b]) => a - b);
        cli.out.item(
          { src: engine, streams: sorted.map(([slot, rps]) => ({ slot, rps })) },
          `${engine}: ${sorted.map(([slot, rps]) => `${slot}:${rateText(rps)}`).join(' | ')}`,
        );
      }
    };
    return untilInterrupted(cli, show);
  },
});
