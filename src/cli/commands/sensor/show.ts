import { defineCommand } from '../../command.ts';
import { SENSORS, showDocument } from '../../stored-documents.ts';

export const command = defineCommand({
  args: [['<sensor>', 'name of the sensor']],
  options: { edit: ['-e, --edit', 'edit it in $EDITOR and store it'] },
  examples: [{ line: 'fastscore sensor show mem', text: '' }],
  run: (cli, [name], { edit }) => showDocument(cli, SENSORS, { name, edit }),
});
