/** A type of an Avro schema, its names resolved: recursive types refer to themselves. */
export type SchemaType =
  | { readonly kind: Primitive }
  | { readonly kind: 'fixed'; readonly name: string; readonly size: number }
  | { readonly kind: 'enum'; readonly name: string; readonly symbols: readonly string[] }
  | { readonly kind: 'array'; readonly items: SchemaType }
  | { readonly kind: 'map'; readonly values: SchemaType }
  | RecordType
  | { readonly kind: 'union'; readonly branches: readonly SchemaType[] };

export type Primitive = 'null' | 'boolean' | 'int' | 'long' | 'float' | 'double' | 'bytes' | 'string';

/** The names of primitive types are schemas themselves. */
export const PRIMITIVES: readonly string[] = ['null', 'boolean', 'int', 'long', 'float', 'double', 'bytes', 'string'];

export interface RecordType {
  readonly kind: 'record';
  readonly name: string;
  readonly fields: readonly SchemaField[];
}

export interface SchemaField {
  readonly name: string;
  /** Other names under which a writer may have the field. */
  readonly aliases: readonly string[];
  readonly type: SchemaType;
  /** JSON text of what a missing field stands for, null when it must be there. */
  readonly defaultText: string | null;
}

/** The keys under which a tagged union value may have this branch: the full name and the name without namespace. */
export function branchTags(type: SchemaType): readonly string[] {
  if (!('name' in type)) return [type.kind];
  const short = shortName(type.name);
  return short === type.name ? [type.name] : [type.name, short];
}

/** As messages name a type: `Int`, `Record 'trip'`, `Null or Int`. */
export function describeType(type: SchemaType): string {
  switch (type.kind) {
    case 'union':
      return type.branches.map(describeType).join(' or ');
    case 'record':
      return type.name === '' ? 'Record' : `Record '${shortName(type.name)}'`;
    case 'enum':
      return `One of ${type.symbols.join(', ')}`;
    case 'fixed':
      return `Fixed of ${type.size} bytes`;
    default:
      return type.kind[0]!.toUpperCase() + type.kind.slice(1);
  }
}

function shortName(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}
