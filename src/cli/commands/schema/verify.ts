import type { TypedSchema } from '../../../schema/typed-schema.ts';
import type { Cli } from '../../command.ts';
import { defineCommand } from '../../command.ts';
import { assertReadable, inputChunks } from '../../read-input.ts';
import { parseFormat, unknownFormat } from '../../record-format.ts';
import { refuse } from '../../refuse.ts';

export const command = defineCommand({
  args: [
    ['<schema>', 'name of the schema'],
    ['[file]', 'records to check: a JSON text per line, or CSV with a header; - for stdin'],
  ],
  options: { format: ['--format <format>', 'jsons or csv; by default what the name of the file says'] },
  about:
    'Without a file the schema itself is checked. OK: the record fits; FAIL: it does not, and why; JSON: it cannot be read. Exit status 8: a record does not fit.',
  examples: [
    { line: 'fastscore schema verify trip -v', text: 'the schema alone' },
    { line: 'fastscore schema verify trip trips.jsons', text: 'records too' },
  ],
  async run(cli, [name, file], { format }) {
    const chosen = parseFormat(format, file);
    if (chosen === null) return refuse(cli, ...unknownFormat(format));
    if (file !== undefined && file !== '-') await assertReadable(cli.io, file);
    const { typedSchema } = await import('../../../schema/typed-schema.ts');
    const text = await (await cli.client()).schemas.get(name);
    const schema = typedSchema(JSON.parse(text));
    cli.out.confirm(cli.out.colours.green('Schema OK'));
    if (file === undefined) {
      cli.out.result({ name, result: 'ok' }, '');
      return 0;
    }
    const failed = await verifyRecords(cli, file, { schema, format: chosen });
    return failed > 0 && !cli.compat ? FAILED : 0;
  },
});

/** As for models and records that are refused elsewhere. */
const FAILED = 8;

const WIDTH = 32;

/** Tells of each record. @returns how many do not fit */
async function verifyRecords(
  cli: Cli,
  file: string,
  { schema, format }: { schema: TypedSchema; format: 'jsons' | 'csv' },
): Promise<number> {
  const { recordLines } = await import('../../../streams/record-lines.ts');
  const { RecordCheck } = await import('../../../schema/record-check.ts');
  const check = new RecordCheck([schema.type]);
  let failed = 0;
  const tell = (record: string, flaw: { by: 'encoding' | 'schema'; reason: string } | null): void => {
    if (flaw !== null) failed += 1;
    const { green, red } = cli.out.colours;
    const word = flaw === null ? green('OK   ') : red(flaw.by === 'schema' ? 'FAIL ' : 'JSON ');
    const why = flaw === null || (flaw.by === 'encoding' && format === 'jsons') ? [] : [`     ${flaw.reason}`];
    const result = flaw === null ? 'ok' : 'failed';
    cli.out.item({ record, result, ...flaw }, [`${word}${record.padEnd(WIDTH)}`, ...why, ''].join('\n'));
  };
  const lines = recordLines(inputChunks(cli, file), { format, schema: format === 'csv' ? schema : null });
  for await (const line of lines) {
    if (Buffer.isBuffer(line)) tell(line.toString('utf8', 0, line.length - 1), check.flawOf(line));
    else tell(line.text, { by: line.by, reason: line.reason });
  }
  return failed;
}
