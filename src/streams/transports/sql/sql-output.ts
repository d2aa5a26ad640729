import { FastScoreError } from '../../../core/errors.ts';
import { BatchOutput } from '../batch-output.ts';
import type { OpenOutputTransportOptions, OutputTransport } from '../transport.ts';
import type { OdbcPlace } from './odbc-place.ts';
import { RowSender } from './row-sender.ts';
import { connectTo } from './sql-client.ts';

/** Rows appended to a table: a batch is one statement, so all of it is there or nothing, but for rows that are refused. */
export async function openSqlOutput(place: OdbcPlace, options: OpenOutputTransportOptions): Promise<OutputTransport> {
  const client = await connectTo(place);
  try {
    const table = tableName(place, (name) => client.escapeIdentifier(name));
    const { fields } = await client.query(`SELECT * FROM ${table} LIMIT 0`);
    const known = fields.map(({ name }) => name);
    const missing = place.outputFields?.find((field) => !known.includes(field));
    if (missing !== undefined) {
      throw new FastScoreError('BAD_DESCRIPTOR', `the table has no field '${missing}'`, {
        hint: `Its fields are ${known.join(', ')}`,
      });
    }
    const { onReject } = options;
    const sender = new RowSender(client, { place, table, fields: place.outputFields ?? known, onReject });
    return new BatchOutput(sender, options);
  } catch (error) {
    await client.end();
    throw error;
  }
}

/** `table` or `schema.table`. */
function tableName({ insertIntoTable }: OdbcPlace, quote: (name: string) => string): string {
  return insertIntoTable!
    .split('.')
    .map((part) => quote(part.replace(/^"(.*)"$/, '$1')))
    .join('.');
}
