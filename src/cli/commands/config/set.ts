import { defineCommand } from '../../command.ts';
import { during } from '../../output/errors.ts';
import { readInput } from '../../read-input.ts';

export const command = defineCommand({
  args: [['[file]', 'the configuration, as YAML or JSON; stdin when left out or -']],
  about: 'The server keeps the configuration for those who ask for it; it needs none itself.',
  examples: [{ line: 'fastscore config set config.yaml -v', text: '' }],
  async run(cli, [file]) {
    const setting = async (): Promise<'created' | 'updated'> => {
      const text = await readInput(cli, file);
      return (await cli.client()).connect.setConfig(text);
    };
    const result = await during('Unable to configure FastScore', setting());
    cli.out.done({ result }, result === 'created' ? 'Configuration set' : 'Configuration updated');
    return 0;
  },
});
