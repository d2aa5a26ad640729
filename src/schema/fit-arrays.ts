import { compileCheck } from './compile-check.ts';
import type { Walk } from './json-walk.ts';
import { NULL, OPEN_LIST, OPEN_MAP, skipValue, skipWord, stringAt, walkList, walkMap } from './json-walk.ts';
import type { RecordType, SchemaType } from './schema-type.ts';
import { branchTags } from './schema-type.ts';

/**
 * For records of a language without scalars, where `"x"` and `["x"]` are one value: the text of the JSON value at `at` as `type` wants it, a
 * scalar put into an array or the one element of an array taken out of it. Everything else stays as it is written.
 * @returns null when that does not make a value of `type` of it
 */
export function fitArrays(type: SchemaType, data: Buffer, at: number): string | null {
  const end = skipValue(data, at);
  if (end === -1) return null;
  if (checkOf(type)(data, at) === end) return data.toString('utf8', at, end);
  switch (type.kind) {
    case 'array':
      return data[at] === OPEN_LIST ? fitItems(type.items, data, at) : fitIntoArray(type.items, data, at);
    case 'map':
      return fitMembers(data, at, () => type.values);
    case 'record':
      return fitRecord(type, data, at);
    case 'union':
      return fitUnion(type.branches, data, at);
    default:
      return fitLoneItem(type, data, at);
  }
}

/** Most records fit: the checks are for the few that do not, and made once for each type. */
const checks = new WeakMap<SchemaType, Walk>();

function checkOf(type: SchemaType): Walk {
  const known = checks.get(type) ?? compileCheck(type);
  checks.set(type, known);
  return known;
}

function fitItems(items: SchemaType, data: Buffer, at: number): string | null {
  const fitted = itemsAt(data, at).map((item) => fitArrays(items, data, item));
  return fitted.includes(null) ? null : `[${fitted.join(',')}]`;
}

/** Only scalars: an object is no vector, and null is no value. */
function fitIntoArray(items: SchemaType, data: Buffer, at: number): string | null {
  if (data[at] === OPEN_MAP || skipWord(data, at, NULL) !== -1) return null;
  const item = fitArrays(items, data, at);
  return item === null ? null : `[${item}]`;
}

function fitLoneItem(type: SchemaType, data: Buffer, at: number): string | null {
  if (data[at] !== OPEN_LIST) return null;
  const [item, ...others] = itemsAt(data, at);
  if (item === undefined || others.length > 0) return null;
  const end = skipValue(data, item);
  return checkOf(type)(data, item) === end ? data.toString('utf8', item, end) : null;
}

function fitRecord(type: RecordType, data: Buffer, at: number): string | null {
  const fields = new Map(type.fields.map((field) => [field.name, field]));
  const text = fitMembers(data, at, (name) => fields.get(name)?.type ?? null);
  if (text === null) return null;
  // What is missing is still missing.
  const line = Buffer.from(`${text}\n`);
  return checkOf(type)(line, 0) === line.length - 1 ? text : null;
}

/** @param typeOf the type of the member of that name; null leaves it alone */
function fitMembers(data: Buffer, at: number, typeOf: (name: string) => SchemaType | null): string | null {
  const fitted: (string | null)[] = [];
  const end = walkMap(data, at, (_, keyStart, keyEnd, value) => {
    const type = typeOf(stringAt(data, keyStart, keyEnd));
    const behind = skipValue(data, value);
    const text = type === null ? data.toString('utf8', value, behind) : fitArrays(type, data, value);
    fitted.push(text === null ? null : `${data.toString('utf8', keyStart, keyEnd)}:${text}`);
    return behind;
  });
  return end === -1 || fitted.includes(null) ? null : `{${fitted.join(',')}}`;
}

/** The first branch that takes it, tagged or plain. */
function fitUnion(branches: readonly SchemaType[], data: Buffer, at: number): string | null {
  for (const branch of branches) {
    const fitted = fitTagged(branch, data, at) ?? fitArrays(branch, data, at);
    if (fitted !== null) return fitted;
  }
  return null;
}

function fitTagged(branch: SchemaType, data: Buffer, at: number): string | null {
  if (data[at] !== OPEN_MAP) return null;
  const members: string[] = [];
  walkMap(data, at, (_, start, end, value) => {
    members.push(stringAt(data, start, end));
    return skipValue(data, value);
  });
  if (members.length !== 1 || !branchTags(branch).includes(members[0]!)) return null;
  return fitMembers(data, at, () => branch);
}

/** Where the items of the list at `at` begin. */
function itemsAt(data: Buffer, at: number): number[] {
  const found: number[] = [];
  walkList(data, at, (_, item) => {
    found.push(item);
    return skipValue(data, item);
  });
  return found;
}
