import { defineCommand } from '../../command.ts';
import { editJson } from '../../edit-json.ts';
import { RawJson, reindentJson } from '../../output/json.ts';

export const command = defineCommand({
  args: [['<schema>', 'name of the schema']],
  options: { edit: ['-e, --edit', 'edit it in $EDITOR and store it'] },
  examples: [{ line: 'fastscore schema show amps', text: '' }],
  async run(cli, [name], { edit }) {
    const { schemas } = await cli.client();
    const text = await schemas.get(name);
    if (!edit) cli.out.result(new RawJson(text), reindentJson(text));
    else await editJson(cli, { name, what: 'Schema', text, save: (edited) => schemas.put(name, edited) });
    return 0;
  },
});
