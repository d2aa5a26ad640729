import { defineCommand } from '../../command.ts';
import { during } from '../../output/errors.ts';
import { policyLanguage } from '../../policy-language.ts';
import { readInput } from '../../read-input.ts';

export const command = defineCommand({
  args: [['[file]', 'the policy, as YAML; stdin when left out or -']],
  options: {
    type: ['--type <type>', 'language of the models: python, python3, R, java or c'],
    preinstall: ['--preinstall', 'install the libraries now, and not when a model is loaded'],
  },
  about: 'Says which libraries models may import. It counts for models that are loaded from then on.',
  examples: [{ line: `echo 'numpy: install' | fastscore policy set --type python3 -v`, text: '' }],
  async run(cli, [file], { type, preinstall }) {
    const language = policyLanguage(type);
    const text = await during('Unable to set policy', readInput(cli, file));
    await during('Unable to upload policy', (await cli.client()).policies.set(language, text, { preinstall }));
    cli.out.done({ type: language, result: 'updated' }, 'Import policy updated');
    return 0;
  },
});
