import { jsonFlaw } from '../util/json-flaw.ts';
import { compileCheck } from './compile-check.ts';
import { DEPTH_LIMIT, OPEN_LIST, OPEN_MAP, skipSpace, skipValue, stringAt, walkList, walkMap } from './json-walk.ts';
import type { RecordType, SchemaType } from './schema-type.ts';
import { describeType } from './schema-type.ts';

/**
 * Why the JSON text at `at` is not a value of `type`: `Int expected, not "x"`, behind the path of the field when it is
 * within another value.
 */
export function explainMismatch(type: SchemaType, data: Buffer, at: number): string {
  const { path, reason } = explain(type, data, at, []) ?? { path: [], reason: unexpected(type, data, at) };
  return path.length === 0 ? reason : `Field '${path.join('').replace(/^\./, '')}': ${reason}`;
}

interface Flaw {
  readonly path: readonly string[];
  readonly reason: string;
}

/** The flaw that lies deepest, null when this very place looks right. */
function explain(type: SchemaType, data: Buffer, at: number, path: readonly string[]): Flaw | null {
  if (compileCheck(type)(data, at) !== -1) return null;
  const here: Flaw = { path, reason: unexpected(type, data, at) };
  switch (type.kind) {
    case 'record':
      return data[at] === OPEN_MAP ? explainRecord(type, data, at, path) : here;
    case 'array': {
      if (data[at] !== OPEN_LIST) return here;
      let flaw: Flaw | null = null;
      let index = 0;
      walkList(data, at, (_, item) => {
        flaw ??= explain(type.items, data, item, [...path, `[${index}]`]);
        index += 1;
        return skipValue(data, item);
      });
      return flaw ?? here;
    }
    case 'map': {
      if (data[at] !== OPEN_MAP) return here;
      let flaw: Flaw | null = null;
      walkMap(data, at, (_, keyStart, keyEnd, value) => {
        flaw ??= explain(type.values, data, value, [...path, `.${stringAt(data, keyStart, keyEnd)}`]);
        return skipValue(data, value);
      });
      return flaw ?? here;
    }
    case 'union':
      return explainUnion(type.branches, data, at, path) ?? here;
    default:
      return here;
  }
}

function explainRecord(type: RecordType, data: Buffer, at: number, path: readonly string[]): Flaw {
  const missing = new Set(type.fields.flatMap(({ name, defaultText }) => (defaultText === null ? [name] : [])));
  let flaw: Flaw | null = null;
  walkMap(data, at, (_, keyStart, keyEnd, value) => {
    const name = stringAt(data, keyStart, keyEnd);
    missing.delete(name);
    const field = type.fields.find((one) => one.name === name);
    if (field !== undefined) flaw ??= explain(field.type, data, value, [...path, `.${name}`]);
    return skipValue(data, value);
  });
  const [first] = missing;
  const reason = `Field '${first}' missing for ${describeType(type).replace('Record', 'record')}`;
  return flaw ?? { path, reason: first === undefined ? unexpected(type, data, at) : reason };
}

/** Of a union that is one type or null the reason is that of the type: it says more. */
function explainUnion(branches: readonly SchemaType[], data: Buffer, at: number, path: readonly string[]): Flaw | null {
  const others = branches.filter(({ kind }) => kind !== 'null');
  const isContainer = data[at] === OPEN_MAP || data[at] === OPEN_LIST;
  if (others.length !== 1 || !isContainer) return null;
  const flaw = explain(others[0]!, data, at, path);
  return flaw === null || flaw.path.length === path.length ? null : flaw;
}

const SHOWN = 100;

function unexpected(type: SchemaType, data: Buffer, at: number): string {
  const end = skipValue(data, at);
  const text = data.toString('utf8', at, end === -1 ? at + SHOWN : Math.min(end, at + 4 * SHOWN));
  const shown = text.length > SHOWN ? `${text.slice(0, SHOWN)}...` : text.trimEnd();
  return `${describeType(type)} expected, not ${shown}${whyNoInteger(type, text)}`;
}

/** A number that is no integer of the schema looks like one at times. */
function whyNoInteger({ kind }: SchemaType, text: string): string {
  if (kind !== 'int' && kind !== 'long') return '';
  if (/^-?\d+$/.test(text)) return `: more than ${kind === 'int' ? 32 : 64} bits`;
  const isWhole = /^-?\d[\d.]*(e[-+]?\d+)?$/i.test(text) && Number.isInteger(Number(text));
  return isWhole ? ': an integer is written without fraction and exponent' : '';
}

/** Why the record at `at` is not one JSON text and nothing more; null when it is. */
export function explainJson(data: Buffer, at: number, end: number): string | null {
  const start = skipSpace(data, at);
  const behind = skipValue(data, start);
  if (behind !== -1 && skipSpace(data, behind) === end) return null;
  return jsonFlaw(data.toString('utf8', at, end)) ?? `nested more than ${DEPTH_LIMIT} levels deep`;
}
