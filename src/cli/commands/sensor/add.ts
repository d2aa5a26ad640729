import { defineCommand } from '../../command.ts';
import { jsonText } from '../../json-text.ts';
import { during } from '../../output/errors.ts';
import { readInput } from '../../read-input.ts';

export const command = defineCommand({
  args: [
    ['<sensor>', 'name of the sensor'],
    ['[file]', 'its descriptor, as JSON; stdin when left out or -'],
  ],
  about: 'A sensor of that name is replaced. `fastscore sensor points` lists what can be tapped.',
  examples: [
    { line: 'fastscore sensor add mem mem.json', text: '' },
    { line: `echo '{"Tap":"sys.memory","Report":{"Interval":1}}' | fastscore sensor add mem`, text: 'from stdin' },
  ],
  async run(cli, [name, file]) {
    const saving = async (): Promise<'created' | 'updated'> => {
      const text = jsonText(await readInput(cli.io, file), file ?? 'The descriptor');
      return (await cli.client()).sensors.put(name, text);
    };
    const result = await during(`Unable to add sensor '${name}'`, saving());
    cli.out.done({ name, result }, `Sensor ${result}`);
    return 0;
  },
});
