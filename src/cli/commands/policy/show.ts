import { defineCommand } from '../../command.ts';
import { during } from '../../output/errors.ts';
import { policyLanguage } from '../../policy-language.ts';

export const command = defineCommand({
  options: { type: ['--type <type>', 'language of the models: python, python3, R, java or c'] },
  examples: [{ line: 'fastscore policy show --type python3', text: 'as it was set' }],
  async run(cli, _args, { type }) {
    const language = policyLanguage(type);
    const text = await during('Unable to retrieve policy', (await cli.client()).policies.get(language));
    if (cli.out.json) cli.out.result({ type: language, policy: text.toString('utf8') }, '');
    else await cli.out.bytes(text);
    return 0;
  },
});
