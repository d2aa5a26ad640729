import { defineCommand } from '../../command.ts';
import { jsonText } from '../../json-text.ts';
import { during } from '../../output/errors.ts';
import { readInput } from '../../read-input.ts';

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
  async run(cli, [name, file]) {
    const saving = async (): Promise<'created' | 'updated'> => {
      const text = jsonText(await readInput(cli.io, file), file ?? 'The schema');
      const { schemaFlaw } = await import('../../../schema/parse-schema.ts');
      const flaw = schemaFlaw(JSON.parse(text));
      if (flaw !== null) cli.out.warn(`${flaw}; it is stored all the same`);
      return (await cli.client()).schemas.put(name, text);
    };
    const result = await during(`Unable to add schema '${name}'`, saving());
    cli.out.done({ name, result }, `Schema ${result}`);
    return 0;
  },
});
