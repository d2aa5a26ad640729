import { FastScoreError } from '../../../core/errors.ts';
import { shownSecret } from '../../../util/secrets-in-text.ts';
import { resolveSecret } from '../../secrets.ts';
import type { OpenTransportOptions, TransportType } from '../transport.ts';
import { parseConnectionString } from './connection-string.ts';
import type { OdbcPlace } from './odbc-place.ts';

/** Rows of PostgreSQL: those of a query as an input, an object per row; appended to a table as an output. */
export const odbcType: TransportType = {
  name: 'ODBC',
  fields: ['ConnectionString', 'SelectQuery', 'InsertIntoTable', 'OutputFields', 'Timeout'],
  parse(fields) {
    const database = parseConnectionString(fields.required('ConnectionString', fields.string('ConnectionString')));
    const place: OdbcPlace = {
      database,
      selectQuery: fields.string('SelectQuery') ?? null,
      insertIntoTable: fields.string('InsertIntoTable') ?? null,
      outputFields: fields.strings('OutputFields') ?? null,
      timeoutMs: fields.integer('Timeout') ?? null,
    };
    if (place.outputFields !== null && place.insertIntoTable === null)
      throw bad('OutputFields requires InsertIntoTable');
    if (place.selectQuery === null && place.insertIntoTable === null) {
      throw bad('ODBC input requires SelectQuery, output requires InsertIntoTable');
    }
    const { host, port, database: name, user, password } = database;
    return {
      type: 'ODBC',
      label: `odbc '${host}:${port}/${name}'`,
      boundaries: true,
      ignoresEnvelope: false,
      isRows: true,
      seek: null,
      openInput:
        place.selectQuery === null
          ? null
          : async (options) => (await import('./sql-input.ts')).openSqlInput(await opened(place, options), options),
      openOutput:
        place.insertIntoTable === null
          ? null
          : async (options) => (await import('./sql-output.ts')).openSqlOutput(await opened(place, options), options),
      internal: () => ({
        connection_string: `Server=${host};Port=${port};Database=${name};Uid=${user}${password === null ? '' : `;Pwd=${shownSecret(password)}`}`,
        ...(place.selectQuery === null ? {} : { select_query: place.selectQuery }),
        ...(place.insertIntoTable === null ? {} : { insert_into_table: place.insertIntoTable }),
        ...(place.outputFields === null ? {} : { output_fields: place.outputFields }),
        ...(place.timeoutMs === null ? {} : { timeout: place.timeoutMs }),
      }),
    };
  },
};

/** With the password itself in the place of a reference. */
async function opened(place: OdbcPlace, { dataRoot }: OpenTransportOptions): Promise<OdbcPlace> {
  const { database } = place;
  if (database.password === null) return place;
  return { ...place, database: { ...database, password: await resolveSecret(database.password, dataRoot) } };
}

function bad(message: string): FastScoreError {
  return new FastScoreError('BAD_DESCRIPTOR', message);
}
