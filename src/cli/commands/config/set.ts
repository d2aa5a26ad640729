import { defineCommand } from '../../command.ts';
import { during } from '../../output/errors.ts';
import { readInput } from '../../read-input.ts';

export const command = defineCommand({
  args: [['[file]', 'the configuration, as YAML or JSON; stdin when left out or -']],
  about:
    'The server needs none. Of one that it has it takes the names of engines and Model Manage, in their order, and where ' +
    'messages of Pneumo go; the rest it keeps for those who ask for it.',
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
