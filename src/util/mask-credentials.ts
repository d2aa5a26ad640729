const MASK = '*****';

/** Name and password in an address. */
const IN_URL = /(\b[a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/@"']+@/gi;
/** A header's value, such as `Authorization: Bearer abc`. */
const IN_HEADER = /\b((?:proxy-)?authorization["']?\s*[:=]\s*["']?(?:(?:bearer|basic)\s+)*)[^\s"',}]+/gi;
/** A member of a descriptor or of a query: `"Password": "abc"`, `token=abc`. */
const IN_MEMBER =
  /\b((?:[a-z]{0,20}password|passwd|secret(?:_?access_?key)?|access_?token|token)["']?\s*[:=]\s*)(?!\/\/)(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^\s"',;&})]+)/gi;

/**
 * A text for others to read, without what opens doors: what drivers of databases and brokers say of failures may quote
 * the address or the settings they were given.
 */
export function maskCredentials(text: string): string {
  return text.replace(IN_URL, `$1${MASK}@`).replace(IN_HEADER, `$1${MASK}`).replace(IN_MEMBER, `$1${MASK}`);
}
