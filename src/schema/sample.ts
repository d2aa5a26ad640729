import { FastScoreError } from '../core/errors.ts';

/** Names for the types of a schema, each once. */
export class SchemaNames {
  #next = 1;

  next(kind: 'Rec' | 'Enum' | 'Fixed'): string {
    return `${kind}${this.#next++}`;
  }
}

const INT_MIN = -(2n ** 31n);
const INT_MAX = 2n ** 31n - 1n;

/** Beyond them texts are not the symbols of an enum. */
const MOST_SYMBOLS = 10;
/** An enum has at most this share of its samples as symbols, and a fixed at least so many samples, and bytes. */
const SYMBOL_SHARE = 0.1;
const FIXED_SAMPLES = 10;
const FIXED_BYTES = 10;

/** Beyond so many keys, or with keys like these, an object is a map and no record. */
const MOST_FIELDS = 100;
const HASH = /^[0-9a-f]{32}$|^[0-9a-f]{40}$|^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** What was seen at one place of many records. */
export class Sample {
  /** Values of any kind. */
  count = 0;
  /** Values that were objects. */
  maps = 0;
  hasNull = false;
  hasBoolean = false;
  #hasInt = false;
  #hasLong = false;
  #hasDouble = false;
  #texts = 0;
  readonly #symbols = new Set<string>();
  /** Bytes that all texts have, 0 when they differ, -1 before the first. */
  #length = -1;
  #items: Sample | null = null;
  readonly #members = new Map<string, Sample>();

  addNumber(text: string, isInteger: boolean): void {
    if (!isInteger) {
      this.#hasDouble = true;
      return;
    }
    const value = BigInt(text);
    if (value >= INT_MIN && value <= INT_MAX) this.#hasInt = true;
    else if (BigInt.asIntN(64, value) === value) this.#hasLong = true;
    else throw new FastScoreError('BAD_INPUT', `${text} does not fit the 64 bits that integers have in Avro`);
  }

  addText(text: string): void {
    this.#texts += 1;
    if (this.#symbols.size <= MOST_SYMBOLS) this.#symbols.add(text);
    const length = Buffer.byteLength(text);
    this.#length = this.#length === -1 || this.#length === length ? length : 0;
  }

  /** A cell of CSV. */
  addCell(text: string): void {
    if (text === '') this.hasNull = true;
    else if (/^(true|false)$/i.test(text)) this.hasBoolean = true;
    else if (/^-?(0|[1-9]\d{0,17})$/.test(text)) this.addNumber(text, true);
    else if (/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text) && !/^0\d/.test(text)) this.#hasDouble = true;
    else this.addText(text);
  }

  items(): Sample {
    this.#items ??= new Sample();
    return this.#items;
  }

  member(name: string): Sample {
    let member = this.#members.get(name);
    if (member === undefined) {
      member = new Sample();
      this.#members.set(name, member);
    }
    return member;
  }

  /** An Avro schema; several types make a union, in the order of their names but for null, which comes first. */
  schema(names: SchemaNames): unknown {
    const types = this.#types(names);
    if (types.length === 1) return types[0];
    const key = (type: unknown): string =>
      type === 'null' ? '' : typeof type === 'string' ? type : (type as { type: string }).type;
    return types.sort((a, b) => (key(a) < key(b) ? -1 : 1));
  }

  #types(names: SchemaNames): unknown[] {
    const types: unknown[] = [];
    if (this.hasNull) types.push('null');
    if (this.hasBoolean) types.push('boolean');
    if (this.#hasDouble) types.push('double');
    else if (this.#hasLong) types.push('long');
    else if (this.#hasInt) types.push('int');
    if (this.#texts > 0) types.push(this.#textType(names));
    if (this.#items !== null)
      types.push({ type: 'array', items: this.#items.count === 0 ? 'null' : this.#items.schema(names) });
    if (this.maps > 0) types.push(this.#mapType(names));
    return types;
  }

  #textType(names: SchemaNames): unknown {
    const symbols = [...this.#symbols];
    const isEnum =
      symbols.length >= 2 &&
      symbols.length <= Math.min(MOST_SYMBOLS, this.#texts * SYMBOL_SHARE) &&
      symbols.every((symbol) => NAME.test(symbol));
    if (isEnum) return { type: 'enum', name: names.next('Enum'), symbols };
    const isFixed =
      this.#texts >= FIXED_SAMPLES && this.#length >= FIXED_BYTES && symbols.every((text) => /^[0-9a-f]+$/i.test(text));
    return isFixed ? { type: 'fixed', name: names.next('Fixed'), size: this.#length } : 'string';
  }

  #mapType(names: SchemaNames): unknown {
    const keys = [...this.#members.keys()];
    const isMap = keys.length > MOST_FIELDS || keys.some((key) => HASH.test(key) || !NAME.test(key));
    if (isMap) return { type: 'map', values: this.#memberType(names) };
    return {
      type: 'record',
      name: names.next('Rec'),
      fields: [...this.#members].map(([name, member]) => {
        const type = member.schema(names);
        const isOptional = member.count < this.maps;
        return isOptional ? { name, type, default: zeroOf(type) } : { name, type };
      }),
    };
  }

  /** What the values of a map have in common. */
  #memberType(names: SchemaNames): unknown {
    const all = new Sample();
    for (const member of this.#members.values()) all.#merge(member);
    return all.schema(names);
  }

  #merge(other: Sample): void {
    this.count += other.count;
    this.maps += other.maps;
    this.hasNull ||= other.hasNull;
    this.hasBoolean ||= other.hasBoolean;
    this.#hasInt ||= other.#hasInt;
    this.#hasLong ||= other.#hasLong;
    this.#hasDouble ||= other.#hasDouble;
    this.#texts += other.#texts;
    for (const symbol of other.#symbols) if (this.#symbols.size <= MOST_SYMBOLS) this.#symbols.add(symbol);
    if (other.#length !== -1) this.#length = this.#length === -1 || this.#length === other.#length ? other.#length : 0;
    if (other.#items !== null) this.items().#merge(other.#items);
    for (const [name, member] of other.#members) this.member(name).#merge(member);
  }
}

/** What stands for a field that is missing: nothing at all of its type. */
function zeroOf(type: unknown): unknown {
  if (Array.isArray(type)) return zeroOf(type[0]);
  if (typeof type === 'object') return zeroOfComplex(type as ComplexType);
  if (type === 'string') return '';
  if (type === 'boolean') return false;
  return type === 'null' ? null : 0;
}

interface ComplexType {
  readonly type: 'array' | 'map' | 'record' | 'enum' | 'fixed';
  readonly symbols?: readonly string[];
  readonly size?: number;
  readonly fields?: readonly { readonly name: string; readonly type: unknown }[];
}

function zeroOfComplex({ type, symbols, size, fields }: ComplexType): unknown {
  switch (type) {
    case 'array':
      return [];
    case 'map':
      return {};
    case 'enum':
      return symbols![0];
    case 'fixed':
      return '\0'.repeat(size!);
    case 'record':
      return Object.fromEntries(fields!.map((field) => [field.name, zeroOf(field.type)]));
  }
}
