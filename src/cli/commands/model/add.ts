import { guessModelType, modelTypeOfFile, parseModelType } from '../../../model/types.ts';
import { defineCommand } from '../../command.ts';
import { during } from '../../output/errors.ts';
import { readInput } from '../../read-input.ts';
import { warnOfSyntax } from '../../warn-of-syntax.ts';

export const command = defineCommand({
  args: [
    ['<model>', 'name of the model'],
    ['[file]', 'its source; stdin when left out or -'],
  ],
  options: {
    type: ['--type <type>', 'model type, such as python3 or R (default: by the extension, or by the source on stdin)'],
  },
  about: 'A model of that name is replaced. One with a syntax error is stored, too, with a warning.',
  examples: [
    { line: 'fastscore model add gain gain.py', text: 'the type follows from the extension' },
    { line: 'fastscore model add gain --type python3 < gain.txt', text: 'from stdin, with its type' },
  ],
  async run(cli, [name, file], { type }) {
    const { mtype, source } = await during(`Unable to add model '${name}'`, readModel());
    const client = await cli.client();
    const result = await during(`Cannot save model '${name}'`, client.models.put(name, mtype, source));
    cli.out.done({ name, mtype, result }, `Model ${result}`);
    await warnOfSyntax(cli.out, client, { name, mtype, source });
    return 0;

    async function readModel(): Promise<{ mtype: string; source: Buffer }> {
      const given = type === undefined ? undefined : parseModelType(type);
      const named = file === undefined || file === '-' ? undefined : file;
      const mtype = given ?? (named === undefined ? undefined : modelTypeOfFile(named));
      const source = await readInput(cli, named);
      return { mtype: mtype ?? guessModelType(source.toString('latin1')), source };
    }
  },
});
