import { defineCommand } from '../../command.ts';
import { SCHEMAS, showDocument } from '../../stored-documents.ts';

export const command = defineCommand({
  args: [['<schema>', 'name of the schema']],
  options: { edit: ['-e, --edit', 'edit it in $EDITOR and store it'] },
  examples: [{ line: 'fastscore schema show amps', text: '' }],
  run: (cli, [name], { edit }) => showDocument(cli, SCHEMAS, { name, edit }),
});
