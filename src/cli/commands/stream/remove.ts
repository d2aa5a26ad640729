import { defineCommand } from '../../command.ts';
import { removeDocument, STREAMS } from '../../stored-documents.ts';

export const command = defineCommand({
  args: [['<stream>', 'name of the stream']],
  examples: [{ line: 'fastscore stream remove in', text: '' }],
  run: (cli, [name]) => removeDocument(cli, STREAMS, name),
});
