/** The bytes of a key or header: a text is UTF-8, `{"base64": "..."}` are bytes, numbers and the like are written as JSON. */
export function keyBytes(value: unknown): Buffer | null {
  if (value === null) return null;
  if (typeof value === 'string') return Buffer.from(value);
  if (typeof value === 'object' && 'base64' in value && typeof value.base64 === 'string') {
    return Buffer.from(value.base64, 'base64');
  }
  return Buffer.from(JSON.stringify(value));
}
