import { defineCommand } from '../../command.ts';
import { listDocuments, SENSORS } from '../../stored-documents.ts';

export const command = defineCommand({
  examples: [{ line: 'fastscore sensor list', text: 'names, one per line' }],
  run: (cli) => listDocuments(cli, SENSORS),
});
