import type { Cli } from '../../command.ts';
import { defineCommand } from '../../command.ts';
import { addDocument, SCHEMAS } from '../../stored-documents.ts';

export const command = defineCommand({
  args: [
    ['<schema>', 'name of the schema'],
    ['[file]', 'an Avro schema, as JSON; stdin when left out or -'],
  ],
  about: 'A schema of that name is replaced.',
  examples: [
    { line: 'fastscore schema add amps amps.avsc', text: '' },
    { line: `echo '"int"' | fastscore schema add amps`, text: 'from stdin' },
  ],
  run: (cli, [name, file]) => addDocument(cli, SCHEMAS, { name, file, look: (text) => warnOfFlaw(cli, text) }),
});

async function warnOfFlaw(cli: Cli, text: string): Promise<void> {
  const { schemaFlaw } = await import('../../../schema/parse-schema.ts');
  const flaw = schemaFlaw(JSON.parse(text));
  if (flaw !== null) cli.out.warn(`${flaw}; it is stored all the same`);
}
