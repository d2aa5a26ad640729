import { setTimeout as delay } from 'node:timers/promises';
import { defineCommand } from '../../command.ts';
import { JetRates } from '../../jet-rates.ts';
import { assertModelLoaded } from '../../loaded-model.ts';
import { rateText } from '../../rate-text.ts';
import { openTemporarySensors } from '../../temporary-sensors.ts';
import { untilInterrupted } from '../../until-interrupted.ts';

const LINE_MS = 2000;

export const command = defineCommand({
  about: 'Records in and out per second, for each jet, every two seconds until Ctrl-C.',
  examples: [{ line: 'fastscore stats jets', text: '' }],
  async run(cli) {
    const engine = await cli.engineName();
    const client = await cli.client();
    await assertModelLoaded(client);
    const rates = new JetRates(await openTemporarySensors(cli, engine));
    const show = async (): Promise<void> => {
      while (!cli.signal.aborted) {
        await rates.follow((await client.engine.activeModel())?.jets.map(({ sandbox }) => sandbox) ?? []);
        await delay(LINE_MS, undefined, { signal: cli.signal }).catch(() => {});
        if (cli.signal.aborted) return;
        const jets = rates.current();
        const cells = jets.map(({ input, output }) => `${rateText(input)}/${rateText(output)}`);
        cli.out.item({ src: engine, jets }, `${engine}: ${cells.join(' ')}`.trimEnd());
      }
    };
    return untilInterrupted(cli, () => Promise.race([show(), rates.listen()]));
  },
});
