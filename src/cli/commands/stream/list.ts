import { defineCommand } from '../../command.ts';
import { listDocuments, STREAMS } from '../../stored-documents.ts';

export const command = defineCommand({
  examples: [{ line: 'fastscore stream list', text: 'names, one per line' }],
  run: (cli) => listDocuments(cli, STREAMS),
});
