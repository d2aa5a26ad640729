import { defineCommand } from '../command.ts';
import { MonitorRates, renderMonitor } from '../monitor-page.ts';
import { showFrame } from '../watch.ts';

export const command = defineCommand({
  about: 'Engine, model, streams and jets with their rates, each second until Ctrl-C. With --json one document a line.',
  examples: [
    { line: 'fastscore monitor', text: '' },
    { line: 'fastscore monitor --engine engine-2', text: 'another engine' },
  ],
  async run(cli) {
    const client = await cli.client();
    const engine = await cli.engineName();
    const rates = new MonitorRates();
    return showFrame(cli, true, async () => {
      const status = await client.engine.status();
      const page = rates.take(engine, status, performance.now());
      return { document: page, text: renderMonitor(page, cli.out.colours) };
    });
  },
});
