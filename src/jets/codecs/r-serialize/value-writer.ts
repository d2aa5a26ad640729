import { MAX_DEPTH } from './format.ts';
import { kindOf, LongInteger } from './long-integer.ts';
import { assertText, isBytes, UnfitValueError } from './unfit-value.ts';
import { RWriter } from './writer.ts';

/** Thrown where the order of members is lost, because JavaScript puts keys that look like indexes first. See json-text.ts. */
export const DISORDERED = new Error('The members are not in their order');

export interface JsonWriting {
  /** Arrays of one element become lists, as a model stores them: what it gets back is what it has stored. */
  readonly listsOfOne: boolean;
  /** Look for texts that R cannot hold. They can only come from escapes. */
  readonly checkTexts: boolean;
  /** Such texts, if they stand for bytes, become raw vectors. Where not, and for all others, it is an error. */
  readonly rawTexts: boolean;
  /** All keys start with one more character, which is not part of them: no key looks like an index. */
  readonly prefixedKeys: boolean;
}

/** A part of a frame: objects become named lists, arrays of strings vectors, other arrays lists. A function writes one value itself. */
export type Field =
  | null
  | boolean
  | number
  | string
  | Uint8Array
  | readonly Field[]
  | { readonly [name: string]: Field }
  | ((writer: RValueWriter) => void);

interface Shape {
  readonly prefixed: boolean;
  readonly keys: readonly string[];
  readonly block: Buffer;
}

/** Which values of R stand for those of JavaScript: for the fields of frames, and for what comes from JSON. */
export class RValueWriter extends RWriter {
  /** The last names written at each depth: records of one kind have the same again and again. */
  readonly #shapes: (Shape | undefined)[] = [];

  /** A named list. */
  fields(fields: Readonly<Record<string, Field>>): void {
    const names = Object.keys(fields);
    this.namedList(names.length);
    for (const field of Object.values(fields)) this.#field(field);
    this.tag('names');
    this.strings(names);
    this.null();
  }

  #field(field: Field): void {
    if (field === null) this.null();
    else if (typeof field === 'function') field(this);
    else if (typeof field !== 'object') this.scalar(field);
    else if (field instanceof Uint8Array) this.raw(field);
    else if (!Array.isArray(field)) this.fields(field as Readonly<Record<string, Field>>);
    else if (field.length > 0 && field.every((text) => typeof text === 'string')) this.strings(field);
    else {
      this.list(field.length);
      for (const element of field) this.#field(element);
    }
  }

  /**
   * A value from JSON: numbers are doubles, objects named lists, arrays whose elements are all numbers, all strings
   * or all booleans are vectors, which know that they are arrays when they have one element, other arrays lists, null is NULL.
   * @throws UnfitValueError, DISORDERED
   */
  json(value: unknown, writing: JsonWriting, depth = 0): void {
    switch (typeof value) {
      case 'string':
        if (writing.checkTexts) this.#checkedText(value, writing);
        else this.string(value);
        return;
      case 'number':
      case 'boolean':
        this.scalar(value);
        return;
      default:
        if (value === null) this.null();
        else if (depth >= MAX_DEPTH) throw new UnfitValueError(`it is nested more than ${MAX_DEPTH} levels deep`);
        else if (Array.isArray(value)) this.#array(value, writing, depth);
        else if (value instanceof LongInteger) this.doubles([value]);
        else this.#object(value as object, writing, depth);
    }
  }

  #array(values: readonly unknown[], writing: JsonWriting, depth: number): void {
    const isList =
      values.length === 0 ||
      (writing.listsOfOne && values.length === 1) ||
      (writing.checkTexts && writing.rawTexts && values.some(isBytes));
    const type = isList ? null : commonType(values);
    if (type === null) {
      this.list(values.length);
      for (const value of values) this.json(value, writing, depth + 1);
      return;
    }
    if (type === 'string' && writing.checkTexts) values.forEach(assertText);
    const scalars = values as (number | string | boolean | LongInteger)[];
    if (scalars.length === 1) this.loneArray(scalars[0]!);
    else this.scalars(scalars);
  }

  #checkedText(text: string, { rawTexts }: JsonWriting): void {
    if (rawTexts && isBytes(text)) {
      this.raw(Buffer.from(text, 'latin1'));
      return;
    }
    assertText(text);
    this.string(text);
  }

  #object(value: object, writing: JsonWriting, depth: number): void {
    const keys = Object.keys(value);
    if (!writing.prefixedKeys && keys.length > 1 && looksLikeIndex(keys[0] as string)) throw DISORDERED;
    this.namedList(keys.length);
    for (const member of Object.values(value)) this.json(member, writing, depth + 1);
    this.tag('names');
    const shape = this.#shapes[depth];
    if (shape !== undefined && shape.prefixed === writing.prefixedKeys && sameKeys(shape.keys, keys)) {
      this.copy(shape.block);
    } else {
      const names = writing.prefixedKeys ? keys.map((key) => key.slice(1)) : keys;
      if (writing.checkTexts) names.forEach(assertText);
      const start = this.at;
      this.strings(names);
      this.#shapes[depth] = { prefixed: writing.prefixedKeys, keys, block: this.written(start) };
    }
    this.null();
  }
}

function commonType(values: readonly unknown[]): 'number' | 'string' | 'boolean' | null {
  const type = kindOf(values[0]);
  if (type !== 'number' && type !== 'string' && type !== 'boolean') return null;
  for (const value of values) if (typeof value !== type && kindOf(value) !== type) return null;
  return type;
}

/** Keys that JavaScript would move to the front; every such key starts with a digit. */
function looksLikeIndex(key: string): boolean {
  const first = key.charCodeAt(0);
  return first >= 0x30 && first <= 0x39;
}

function sameKeys(left: readonly string[], right: readonly string[]): boolean {
  if (left.length !== right.length) return false;
  for (let index = 0; index < left.length; index++) if (left[index] !== right[index]) return false;
  return true;
}
