import { PRIMITIVES } from './schema-type.ts';

/**
 * What is wrong with a schema that is not valid, behind the place where it is: `Field 'trip.stops[]': Type "pint" is undefined`. null
 * when nothing of what is looked for is there.
 */
export function locateFlaw(json: unknown): string | null {
  const flaw = new Locator().flawOf(json, { path: '', namespace: null, depth: 0 });
  if (flaw === null) return null;
  return flaw.path === '' ? flaw.reason : `Field '${flaw.path}': ${flaw.reason}`;
}

/** Schemas nested deeper than this are not read: reading is recursive. */
export const SCHEMA_DEPTH_LIMIT = 200;

interface Flaw {
  readonly path: string;
  readonly reason: string;
}

interface Place {
  readonly path: string;
  readonly namespace: string | null;
  readonly depth: number;
}

type Attributes = Readonly<Record<string, unknown>>;

const NAME = /^[A-Za-z_]\w*$/;
const NAMED = ['record', 'error', 'enum', 'fixed'];

class Locator {
  /** Full names of the types that have been defined so far. */
  readonly #defined = new Set<string>();

  flawOf(json: unknown, at: Place): Flaw | null {
    const { path } = at;
    if (at.depth > SCHEMA_DEPTH_LIMIT) return { path, reason: `nested more than ${SCHEMA_DEPTH_LIMIT} levels deep` };
    if (typeof json === 'string') return this.#isKnown(json, at) ? null : undefinedType(json, path);
    if (Array.isArray(json)) return this.#unionFlaw(json, at);
    if (!isObject(json)) return { path, reason: `a schema is a name, an object or an array, not ${shown(json)}` };
    const { type } = json;
    if (type === undefined) return { path, reason: `'type' is missing in ${shown(json)}` };
    if (typeof type !== 'string') return this.flawOf(type, deeper(at));
    return this.#typeFlaw(type, json, at);
  }

  #typeFlaw(type: string, json: Attributes, at: Place): Flaw | null {
    if (NAMED.includes(type)) return this.#namedFlaw(type, json, at);
    if (type === 'array' || type === 'map') {
      const member = type === 'array' ? 'items' : 'values';
      const path = `${at.path}${type === 'array' ? '[]' : '.*'}`;
      if (json[member] === undefined) return { path: at.path, reason: `'${member}' is missing for ${type}` };
      return this.flawOf(json[member], deeper({ ...at, path }));
    }
    return this.#isKnown(type, at) ? null : undefinedType(type, at.path);
  }

  #namedFlaw(type: string, json: Attributes, at: Place): Flaw | null {
    const { path } = at;
    const { name } = json;
    if (name !== undefined && (typeof name !== 'string' || !name.split('.').every((part) => NAME.test(part)))) {
      return {
        path,
        reason: `the name of a ${type} is letters, digits and _, and begins with no digit, not ${shown(name)}`,
      };
    }
    const namespace = typeof json.namespace === 'string' ? json.namespace : at.namespace;
    const known = name === undefined ? null : fullName(name, namespace);
    if (known !== null && this.#defined.has(known)) return { path, reason: `Type "${known}" is defined twice` };
    if (known !== null) this.#defined.add(known);
    const inner = { ...at, namespace: known?.includes('.') ? known.slice(0, known.lastIndexOf('.')) : namespace };
    if (type === 'enum') return enumFlaw(json, path);
    if (type === 'fixed') {
      const { size } = json;
      return Number.isInteger(size) && Number(size) > 0
        ? null
        : { path, reason: `'size' of a fixed is a number from 1 on, not ${shown(size)}` };
    }
    return this.#fieldsFlaw(json, inner);
  }

  #fieldsFlaw({ fields }: Attributes, at: Place): Flaw | null {
    const { path } = at;
    if (!Array.isArray(fields)) return { path, reason: `'fields' of a record is an array, not ${shown(fields)}` };
    const names = new Set<unknown>();
    for (const field of fields as unknown[]) {
      if (!isObject(field)) return { path, reason: `a field is an object with name and type, not ${shown(field)}` };
      const { name, type } = field;
      if (typeof name !== 'string' || !NAME.test(name)) {
        return {
          path,
          reason: `the name of a field is letters, digits and _, and begins with no digit, not ${shown(name)}`,
        };
      }
      const place = path === '' ? name : `${path}.${name}`;
      if (names.has(name)) return { path: place, reason: 'is there twice' };
      names.add(name);
      if (type === undefined) return { path: place, reason: "'type' is missing" };
      const flaw = this.flawOf(type, deeper({ ...at, path: place }));
      if (flaw !== null) return flaw;
    }
    return null;
  }

  #unionFlaw(branches: readonly unknown[], at: Place): Flaw | null {
    const seen = new Set<unknown>();
    for (const branch of branches) {
      if (Array.isArray(branch)) return { path: at.path, reason: 'a union directly within a union' };
      const kind = isObject(branch) && !NAMED.includes(String(branch.type)) ? branch.type : branch;
      if (typeof kind === 'string' && seen.has(kind)) return { path: at.path, reason: `a union has "${kind}" twice` };
      seen.add(kind);
      const flaw = this.flawOf(branch, deeper(at));
      if (flaw !== null) return flaw;
    }
    return null;
  }

  #isKnown(name: string, { namespace }: Place): boolean {
    return PRIMITIVES.includes(name) || this.#defined.has(name) || this.#defined.has(fullName(name, namespace));
  }
}

function enumFlaw({ symbols }: Attributes, path: string): Flaw | null {
  if (!Array.isArray(symbols)) return { path, reason: `'symbols' of an enum is an array, not ${shown(symbols)}` };
  const odd = (symbols as unknown[]).find((symbol) => typeof symbol !== 'string' || !NAME.test(symbol));
  if (odd !== undefined) {
    return {
      path,
      reason: `a symbol of an enum is letters, digits and _, and begins with no digit, not ${shown(odd)}`,
    };
  }
  const twice = (symbols as unknown[]).find((symbol, index) => symbols.indexOf(symbol) !== index);
  return twice === undefined ? null : { path, reason: `an enum has the symbol ${shown(twice)} twice` };
}

const undefinedType = (name: string, path: string): Flaw => ({ path, reason: `Type "${name}" is undefined` });

const deeper = (at: Place): Place => ({ ...at, depth: at.depth + 1 });

const fullName = (name: string, namespace: string | null): string =>
  name.includes('.') || namespace === null || namespace === '' ? name : `${namespace}.${name}`;

const isObject = (json: unknown): json is Attributes =>
  typeof json === 'object' && json !== null && !Array.isArray(json);

const SHOWN = 60;

function shown(json: unknown): string {
  const text = json === undefined ? 'nothing' : JSON.stringify(json);
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}...` : text;
}
