import { FastScoreError } from '../../../core/errors.ts';
import type { Cli } from '../../command.ts';
import { defineCommand } from '../../command.ts';
import { during } from '../../output/errors.ts';

export const command = defineCommand({
  examples: [
    { line: 'fastscore config show', text: 'as YAML' },
    { line: 'fastscore config show --json', text: 'as JSON' },
  ],
  async run(cli) {
    const document = await during('Cannot retrieve configuration', configuration(cli));
    if (document === null) {
      cli.out.result(null, "FastScore not configured (use 'fastscore config set')");
      return 0;
    }
    const { stringify } = await import('yaml');
    const yaml = stringify(document, { sortMapEntries: true, indentSeq: false, lineWidth: 0 });
    cli.out.result(document, yaml.trimEnd());
    return 0;
  },
});

async function configuration(cli: Cli): Promise<unknown> {
  try {
    return JSON.parse(await (await cli.client()).connect.config()) as unknown;
  } catch (error) {
    if (error instanceof FastScoreError && error.code === 'CONFIG_NOT_FOUND') return null;
    throw error;
  }
}
