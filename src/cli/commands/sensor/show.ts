import { defineCommand } from '../../command.ts';
import { editJson } from '../../edit-json.ts';
import { RawJson, reindentJson } from '../../output/json.ts';

export const command = defineCommand({
  args: [['<sensor>', 'name of the sensor']],
  options: { edit: ['-e, --edit', 'edit it in $EDITOR and store it'] },
  examples: [{ line: 'fastscore sensor show mem', text: '' }],
  async run(cli, [name], { edit }) {
    const { sensors } = await cli.client();
    const text = await sensors.get(name);
    if (!edit) cli.out.result(new RawJson(text), reindentJson(text));
    else await editJson(cli, { name, what: 'Sensor', text, save: (edited) => sensors.put(name, edited) });
    return 0;
  },
});
