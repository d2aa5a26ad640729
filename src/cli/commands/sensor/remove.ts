import { defineCommand } from '../../command.ts';
import { removeDocument, SENSORS } from '../../stored-documents.ts';

export const command = defineCommand({
  args: [['<sensor>', 'name of the sensor']],
  about: 'Sensors that were installed under this descriptor stay at work.',
  examples: [{ line: 'fastscore sensor remove mem', text: '' }],
  run: (cli, [name]) => removeDocument(cli, SENSORS, name),
});
