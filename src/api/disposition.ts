/**
 * `Content-Disposition` as FastScore uses it: `x-model; name="N"`, `x-stream; name="N"`,
 * `x-schema; name="N"`, `attachment; filename="N"`. Clients of 1.10 escape neither quotes nor backslashes.
 */
export interface Disposition {
  readonly kind: string;
  /** The value of `name` or `filename`, null when there is neither. */
  readonly name: string | null;
}

/** A name beyond ASCII is spelled as RFC 8187 has it, which clients of 1.10 neither send nor get. */
export function formatDisposition(kind: string, name: string): string {
  const parameter = kind === 'attachment' ? 'filename' : 'name';
  return /^[ -~]*$/.test(name)
    ? `${kind}; ${parameter}="${name}"`
    : `${kind}; ${parameter}*=UTF-8''${encodeURIComponent(name)}`;
}

/** Reads leniently: the name ends at the last quote; without quotes at the next `;`. */
export function parseDisposition(header: string): Disposition {
  const kind = (header.split(';', 1)[0] ?? '').trim().toLowerCase();
  const encoded = /^[^;]*;\s*(?:file)?name\*\s*=\s*UTF-8''([^;\s]*)/i.exec(header)?.[1];
  if (encoded !== undefined) return { kind, name: decoded(encoded) };
  const plain = /^[^;]*;\s*(?:file)?name\s*=\s*(?:"(.*)"|([^;]*))/i.exec(header);
  const name = plain === null ? null : (plain[1] ?? plain[2] ?? '').trim();
  return { kind, name: name === null ? null : utf8OfLatin1(name) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function utf8OfLatin1(text: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(text, 'latin1'));
  } catch {
    return text;
  }
}
