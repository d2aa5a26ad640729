import { defineCommand } from '../../command.ts';
import { renderTable } from '../../output/table.ts';
import { listDocuments, SCHEMAS } from '../../stored-documents.ts';

export const command = defineCommand({
  examples: [{ line: 'fastscore schema list', text: 'names, one per line' }],
  run: (cli) =>
    listDocuments(cli, SCHEMAS, (names) =>
      renderTable(
        ['Name', 'Type'],
        names.map((name) => [name, 'Avro']),
      ),
    ),
});
