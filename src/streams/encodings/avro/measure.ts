import type { SchemaType } from '../../../schema/schema-type.ts';
import type { Measure } from '../encoding.ts';
import { varintEnd, varintNumber } from './varint.ts';

/** What is left of a value that holds others: `left` fields of a record, or items of a block (-1: the next block is to come). */
interface Open {
  readonly type: Extract<SchemaType, { kind: 'record' | 'array' | 'map' }>;
  left: number;
}

/**
 * Finds the ends of Avro data of one schema. What is open lies on a stack of its own, so that it can go on wherever the
 * bytes end.
 */
export class AvroMeasure implements Measure {
  readonly #controlType: (data: Buffer, at: number) => SchemaType | null | undefined;
  readonly #type: () => SchemaType;
  #at = 0;
  #open: Open[] = [];
  /** The value that is next; null when it is to be taken from what is open. */
  #next: SchemaType | null = null;
  #isFresh = true;
  #flaw: string | null = null;

  /**
   * @param type the schema, asked for with each record: a header may tell it
   * @param controlType the schema of the control record at a place; null when there is none, undefined when more bytes are needed
   */
  constructor(type: () => SchemaType, controlType: (data: Buffer, at: number) => SchemaType | null | undefined) {
    this.#type = type;
    this.#controlType = controlType;
  }

  get at(): number {
    return this.#at;
  }

  get flaw(): string | null {
    return this.#flaw;
  }

  start(at: number): void {
    this.#at = at;
    this.#open = [];
    this.#isFresh = true;
    this.#flaw = null;
  }

  rebase(bytes: number): void {
    this.#at -= bytes;
  }

  advance(data: Buffer, isLast: boolean): boolean {
    if (this.#isFresh) {
      const control = this.#controlType(data, this.#at);
      if (control === undefined && !isLast) return false;
      this.#next = control ?? this.#type();
      this.#isFresh = false;
    }
    let place = this.#at;
    for (let steps = 0; this.#flaw === null; steps++) {
      if (this.#at !== place) steps = 0;
      place = this.#at;
      if (steps > EMPTY_STEPS_LIMIT) this.#flaw = 'too many items of no size';
      const type = this.#next;
      if (type === null) {
        if (this.#open.length === 0) return true;
        if (!this.#continue(data)) return false;
      } else if (!this.#pass(type, data)) {
        return false;
      }
    }
    return false;
  }

  /** Chooses the value that is next of what is open. */
  #continue(data: Buffer): boolean {
    const open = this.#open.at(-1)!;
    const { type } = open;
    if (type.kind === 'record') {
      const field = type.fields[type.fields.length - open.left];
      if (field === undefined) this.#open.pop();
      else this.#next = field.type;
      open.left -= 1;
      return true;
    }
    if (open.left === 0) {
      const before = this.#at;
      const count = this.#number(data);
      if (count === null) return false;
      // The size of the block follows; the items are passed one by one all the same, for it may be wrong.
      if (count < 0 && this.#number(data) === null) {
        this.#at = before;
        return false;
      }
      if (count === 0) this.#open.pop();
      open.left = Math.abs(count);
      return true;
    }
    if (type.kind === 'map') {
      if (!this.#passBytes(data)) return false;
      this.#next = type.values;
    } else {
      this.#next = type.items;
    }
    open.left -= 1;
    return true;
  }

  /** Passes a value, or opens one that holds others. */
  #pass(type: SchemaType, data: Buffer): boolean {
    switch (type.kind) {
      case 'record':
      case 'array':
      case 'map':
        this.#open.push({ type, left: type.kind === 'record' ? type.fields.length : 0 });
        if (this.#open.length > OPEN_LIMIT) this.#flaw = `nested deeper than ${OPEN_LIMIT} levels`;
        this.#next = null;
        return true;
      case 'union': {
        const index = this.#number(data);
        if (index === null) return false;
        const branch = type.branches[index];
        if (branch === undefined) this.#flaw = 'an index of a union is beyond its types';
        else this.#next = branch;
        return true;
      }
      default: {
        const end = this.#end(type, data);
        if (end === null) return false;
        this.#at = end;
        this.#next = null;
        return true;
      }
    }
  }

  /** Where a value ends that holds no others; null when its end is not there yet. */
  #end(type: SchemaType, data: Buffer): number | null {
    switch (type.kind) {
      case 'null':
        return this.#at;
      case 'int':
      case 'long':
      case 'enum': {
        const end = varintEnd(data, this.#at);
        if (end === -2) this.#flaw = 'an integer has more than 64 bits';
        return end < 0 ? null : end;
      }
      case 'string':
      case 'bytes': {
        const before = this.#at;
        const isThere = this.#passBytes(data);
        const end = this.#at;
        this.#at = before;
        return isThere ? end : null;
      }
      default: {
        const size = type.kind === 'fixed' ? type.size : SIZES[type.kind as keyof typeof SIZES];
        return this.#at + size <= data.length ? this.#at + size : null;
      }
    }
  }

  /** Passes a length and as many bytes, or nothing. */
  #passBytes(data: Buffer): boolean {
    const before = this.#at;
    const length = this.#number(data);
    if (length === null) return false;
    if (length < 0) this.#flaw = 'a length is negative';
    if (length >= 0 && this.#at + length <= data.length) {
      this.#at += length;
      return true;
    }
    this.#at = before;
    return false;
  }

  #number(data: Buffer): number | null {
    const end = varintEnd(data, this.#at);
    if (end === -2) this.#flaw = 'an integer has more than 64 bits';
    if (end < 0) return null;
    const value = varintNumber(data, this.#at, end);
    this.#at = end;
    return value;
  }
}

const SIZES = { boolean: 1, float: 4, double: 8 } as const;

/** An array can claim any number of items that take no bytes. */
const EMPTY_STEPS_LIMIT = 10_000_000;

/** As deep as JSON is read. */
const OPEN_LIMIT = 500;
