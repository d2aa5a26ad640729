import { defineCommand } from '../../command.ts';
import { addDocument, SENSORS } from '../../stored-documents.ts';

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
  run: (cli, [name, file]) => addDocument(cli, SENSORS, { name, file }),
});
