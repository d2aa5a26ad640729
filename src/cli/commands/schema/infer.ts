import { FastScoreError } from '../../../core/errors.ts';
import { defineCommand } from '../../command.ts';
import { renderJson } from '../../output/json.ts';
import { inputChunks } from '../../read-input.ts';
import { parseFormat, unknownFormat } from '../../record-format.ts';
import { refuse } from '../../refuse.ts';

export const command = defineCommand({
  args: [['[file]', 'records: a JSON text per line, or CSV with a header; stdin when left out or -']],
  options: { format: ['--format <format>', 'jsons or csv; by default what the name of the file says'] },
  about:
    'Prints an Avro schema of all the records. A field that some of them lack gets a default. Look at it before you use it: records that are still to come may be different.',
  examples: [
    { line: 'fastscore schema infer trips.jsons', text: '' },
    { line: 'fastscore schema infer trips.csv | fastscore schema add trip', text: 'and store it' },
  ],
  async run(cli, [file], { format }) {
    const chosen = parseFormat(format, file);
    if (chosen === null) return refuse(cli, ...unknownFormat(format));
    const { recordLines } = await import('../../../streams/record-lines.ts');
    const { SchemaInference } = await import('../../../schema/infer-schema.ts');
    const inference = new SchemaInference({ areTexts: chosen === 'csv' });
    for await (const line of recordLines(inputChunks(cli, file), { format: chosen, schema: null })) {
      if (Buffer.isBuffer(line)) inference.add(line);
      else throw new FastScoreError('BAD_INPUT', `A record cannot be read: ${line.reason}: ${line.text}`);
    }
    const schema = inference.result();
    cli.out.result(schema, renderJson(schema));
    return 0;
  },
});
