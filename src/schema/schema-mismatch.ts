import type { RecordType, SchemaField, SchemaType } from './schema-type.ts';
import { describeType } from './schema-type.ts';

/**
 * Why data written with one schema cannot be read with another, null when it can. Structures are compared: names of
 * types do not count. A reader may be wider (`int` is read as `long`, `float` or `double`, text as bytes and back,
 * a type as a union that has it), may leave fields out, and may have more when these have defaults.
 */
export function schemaMismatch(writer: SchemaType, reader: SchemaType): string | null {
  return new Matcher().mismatch(writer, reader, '');
}

const PROMOTIONS: Readonly<Record<string, readonly string[]>> = {
  int: ['long', 'float', 'double'],
  long: ['float', 'double'],
  float: ['double'],
  string: ['bytes'],
  bytes: ['string'],
};

class Matcher {
  /** Pairs under way: a recursive type that comes back to one of them adds nothing new. */
  readonly #open = new Map<SchemaType, Set<SchemaType>>();

  mismatch(writer: SchemaType, reader: SchemaType, path: string): string | null {
    const open = this.#open.get(writer) ?? new Set();
    if (open.has(reader)) return null;
    open.add(reader);
    this.#open.set(writer, open);
    const reason = this.#compare(writer, reader, path);
    if (reason !== null) open.delete(reader);
    return reason;
  }

  #compare(writer: SchemaType, reader: SchemaType, path: string): string | null {
    if (writer.kind === 'union') return this.#compareBranches(writer.branches, reader, path);
    if (reader.kind === 'union') {
      const fits = reader.branches.some((branch) => this.mismatch(writer, branch, path) === null);
      return fits ? null : this.#differ(writer, reader, path);
    }
    if (writer.kind !== reader.kind) {
      return PROMOTIONS[writer.kind]?.includes(reader.kind) === true ? null : this.#differ(writer, reader, path);
    }
    switch (writer.kind) {
      case 'record':
        return this.#compareRecords(writer, reader as RecordType, path);
      case 'array':
        return this.mismatch(writer.items, (reader as typeof writer).items, `${path}[]`);
      case 'map':
        return this.mismatch(writer.values, (reader as typeof writer).values, `${path}.*`);
      case 'fixed':
        return writer.size === (reader as typeof writer).size ? null : this.#differ(writer, reader, path);
      case 'enum': {
        const { symbols } = reader as typeof writer;
        return writer.symbols.every((symbol) => symbols.includes(symbol)) ? null : this.#differ(writer, reader, path);
      }
      default:
        return null;
    }
  }

  /** Whatever a writer's union holds must be readable. */
  #compareBranches(branches: readonly SchemaType[], reader: SchemaType, path: string): string | null {
    for (const branch of branches) {
      const reason = this.mismatch(branch, reader, path);
      if (reason !== null) return reason;
    }
    return null;
  }

  #compareRecords(writer: RecordType, reader: RecordType, path: string): string | null {
    for (const field of reader.fields) {
      const written = findField(writer, field);
      const place = `${path}.${field.name}`;
      if (written === undefined) {
        if (field.defaultText === null) return `${at(place)}is missing`;
      } else {
        const reason = this.mismatch(written.type, field.type, place);
        if (reason !== null) return reason;
      }
    }
    return null;
  }

  #differ(writer: SchemaType, reader: SchemaType, path: string): string {
    return `${at(path)}${describeType(writer)} cannot be read as ${describeType(reader)}`;
  }
}

function findField({ fields }: RecordType, { name, aliases }: SchemaField): SchemaField | undefined {
  return fields.find((field) => field.name === name) ?? fields.find((field) => aliases.includes(field.name));
}

function at(path: string): string {
  return path === '' ? '' : `field '${path.replace(/^\./, '')}' `;
}
