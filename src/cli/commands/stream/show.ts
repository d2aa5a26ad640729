import { expandLiteral, isLiteral } from '../../../streams/literal.ts';
import { defineCommand } from '../../command.ts';
import { editJson } from '../../edit-json.ts';
import { maskSecrets } from '../../mask-secrets.ts';
import { RawJson, reindentJson, renderJson } from '../../output/json.ts';

export const command = defineCommand({
  args: [['<stream>', 'name of a stream, or a literal such as file:/data/in.json']],
  options: { edit: ['-e, --edit', 'edit the descriptor in $EDITOR and store it'] },
  about: 'Secret keys are shown as stars; editing shows and keeps the real ones.',
  examples: [
    { line: 'fastscore stream show in', text: '' },
    { line: 'fastscore stream show kafka:broker/loads.json', text: 'what a literal stands for' },
  ],
  async run(cli, [name], { edit }) {
    if (isLiteral(name)) {
      const { descriptor } = expandLiteral(name);
      cli.out.result(descriptor, renderJson(descriptor));
      return 0;
    }
    const { streams } = await cli.client();
    const text = await streams.get(name);
    const shown = maskSecrets(text);
    if (!edit) cli.out.result(new RawJson(shown), reindentJson(shown));
    else await editJson(cli, { name, what: 'Stream', text, save: (edited) => streams.put(name, edited) });
    return 0;
  },
});
