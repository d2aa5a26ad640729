/**
 * `Content-Disposition` as FastScore uses it: `x-model; name="N"`, `x-stream; name="N"`,
 * `x-schema; name="N"`, `attachment; filename="N"`. Clients of 1.10 escape neither quotes nor backslashes.
 */
export interface Disposition {
  readonly kind: string;
  /** The value of `name` or `filename`, null when there is neither. */
  readonly name: string | null;
}

/** @param name goes out as UTF-8, which a header may only hold disguised as Latin-1 */
export function formatDisposition(kind: string, name: string): string {
  return `${kind}; ${kind === 'attachment' ? 'filename' : 'name'}="${Buffer.from(name, 'utf8').toString('latin1')}"`;
}

/** Reads leniently: the name ends at the last quote; without quotes at the next `;`. */
export function parseDisposition(header: string): Disposition {
  const kind = (header.split(';', 1)[0] ?? '').trim().toLowerCase();
  const found = /;\s*(?:file)?name\s*=\s*(?:"(.*)"|([^;]*))/i.exec(header);
  const raw = found === null ? null : (found[1] ?? found[2] ?? '').trim();
  return { kind, name: raw === null ? null : utf8OfLatin1(raw) };
}

function utf8OfLatin1(text: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(text, 'latin1'));
  } catch {
    return text;
  }
}
