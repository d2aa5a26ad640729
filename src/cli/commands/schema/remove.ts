import { defineCommand } from '../../command.ts';
import { removeDocument, SCHEMAS } from '../../stored-documents.ts';

export const command = defineCommand({
  args: [['<schema>', 'name of the schema']],
  examples: [{ line: 'fastscore schema remove amps', text: '' }],
  run: (cli, [name]) => removeDocument(cli, SCHEMAS, name),
});
