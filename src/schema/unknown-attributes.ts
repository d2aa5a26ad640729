/**
 * Attributes in a schema that Avro does not know, restrictions for instance, each once in the order in which they come. They are kept and
 * have no effect.
 */
export function unknownAttributes(json: unknown): string[] {
  const found = new Set<string>();
  collect(json, found);
  return [...found];
}

/** What to say about them of a schema; null when there are none. */
export function warningOfUnknownAttributes(json: unknown): string | null {
  const names = unknownAttributes(json).map((name) => `'${name}'`);
  if (names.length === 0) return null;
  return `has what Avro does not know, and is checked without it: ${names.join(', ')}`;
}

/** What Avro knows of any type, and what tells more about a type without restricting it. */
const KNOWN = new Set([
  'type',
  'name',
  'namespace',
  'doc',
  'aliases',
  'fields',
  'symbols',
  'size',
  'items',
  'values',
  'default',
]);
const LOGICAL = new Set(['logicalType', 'precision', 'scale']);
const OF_FIELDS = new Set(['name', 'type', 'doc', 'aliases', 'default', 'order']);

function collect(json: unknown, found: Set<string>): void {
  if (Array.isArray(json)) {
    for (const branch of json) collect(branch, found);
  } else if (isObject(json)) {
    for (const name of Object.keys(json)) if (!KNOWN.has(name) && !LOGICAL.has(name)) found.add(name);
    const { type, items, values, fields } = json;
    for (const inner of [type, items, values]) collect(inner, found);
    if (!Array.isArray(fields)) return;
    for (const field of fields as unknown[]) {
      if (!isObject(field)) continue;
      for (const name of Object.keys(field)) if (!OF_FIELDS.has(name)) found.add(name);
      collect(field.type, found);
    }
  }
}

const isObject = (json: unknown): json is Readonly<Record<string, unknown>> =>
  typeof json === 'object' && json !== null && !Array.isArray(json);
