import { defineCommand } from '../../command.ts';
import { jsonText } from '../../json-text.ts';
import { during } from '../../output/errors.ts';
import { readInput } from '../../read-input.ts';

export const command = defineCommand({
  args: [
    ['<stream>', 'name of the stream, without a colon'],
    ['[file]', 'its descriptor, as JSON; stdin when left out or -'],
  ],
  about: 'A stream of that name is replaced. The descriptor is checked when it is used, or by `stream verify`.',
  examples: [
    { line: 'fastscore stream add in in.json', text: '' },
    { line: `echo '{"Transport":"REST","Encoding":"json"}' | fastscore stream add in`, text: 'from stdin' },
  ],
  async run(cli, [name, file]) {
    const saving = async (): Promise<'created' | 'updated'> => {
      const text = jsonText(await readInput(cli.io, file), file ?? 'The descriptor');
      return (await cli.client()).streams.put(name, text);
    };
    const result = await during(`Unable to add stream '${name}'`, saving());
    cli.out.done({ name, result }, `Stream ${result}`);
    return 0;
  },
});
