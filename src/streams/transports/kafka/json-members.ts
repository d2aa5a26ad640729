import { skipSpace, skipValue, walkMap } from '../../../schema/json-walk.ts';

const NEWLINE = Buffer.from('\n');

/** Texts of the members of a JSON object, by name; null when it is none. */
export function membersOf(record: Buffer): Map<string, Buffer> | null {
  // A walk ends at a newline.
  const data = Buffer.concat([record, NEWLINE]);
  const members = new Map<string, Buffer>();
  const end = walkMap(data, skipSpace(data, 0), (_data, keyStart, keyEnd, at) => {
    const after = skipValue(data, at);
    if (after !== -1)
      members.set(String(JSON.parse(data.toString('utf8', keyStart, keyEnd))), data.subarray(at, after));
    return after;
  });
  return end === -1 ? null : members;
}
