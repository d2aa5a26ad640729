import { isUtf8 } from 'node:buffer';
import { OPEN_LIST, OPEN_MAP, skipSpace, skipValue, walkList } from '../../../schema/json-walk.ts';
import { UnfitRecordError } from '../../unfit-record.ts';

/**
 * A record as the JSON object of a row. A record is an object, or a list in the order of the fields, or the one value of
 * the one field; what is in it stays as it is written, with all its digits.
 * @throws UnfitRecordError when it is none of these
 */
export function asRow(record: Buffer, fields: readonly string[]): string {
  const start = skipSpace(record, 0);
  const values: string[] = [];
  const take = (data: Buffer, at: number): number => {
    const end = skipValue(data, at);
    if (end !== -1) values.push(data.toString('utf8', at, end));
    return end;
  };
  const end = record[start] === OPEN_LIST ? walkList(record, start, take) : take(record, start);
  if (end === -1 || skipSpace(record, end) !== record.length) throw new UnfitRecordError('not valid JSON');
  if (!isUtf8(record)) throw new UnfitRecordError('not valid UTF-8');
  if (record[start] === OPEN_MAP) return values[0]!;
  if (values.length !== fields.length) {
    throw new UnfitRecordError(`the record has ${values.length} values for ${fields.length} fields`);
  }
  return `{${fields.map((field, i) => `${JSON.stringify(field)}:${values[i]}`).join(',')}}`;
}
