/** What the file systems in use here can hold in one name. */
export const FILE_NAME_LIMIT_BYTES = 255;

/**
 * Any name as a safe file name, and back with {@link decodeFileName}: letters, digits, `_`, `-` and inner dots
 * stay, every other byte of the UTF-8 form becomes `%XX`. Never empty, `.`, `..` or hidden. Names that differ only
 * in case need a file system that tells them apart.
 * @throws RangeError when the name is empty, too long or not valid Unicode
 */
export function encodeFileName(name: string): string {
  if (name === '') throw new RangeError('A name must not be empty');
  if (/\p{Surrogate}/u.test(name))
    throw new RangeError('A name must be valid Unicode, this one has half of a character');
  const encoded = name.replace(/^\.|[^A-Za-z0-9._-]/gu, percentEncode);
  if (encoded.length > FILE_NAME_LIMIT_BYTES) {
    throw new RangeError(
      `A name may take ${FILE_NAME_LIMIT_BYTES} bytes as a file name, this one takes ${encoded.length}`,
    );
  }
  return encoded;
}

/** The name behind a file name, undefined when {@link encodeFileName} did not make it. */
export function decodeFileName(fileName: string): string | undefined {
  try {
    const name = decodeURIComponent(fileName);
    return encodeFileName(name) === fileName ? name : undefined;
  } catch {
    return undefined;
  }
}

function percentEncode(character: string): string {
  let encoded = '';
  for (const byte of Buffer.from(character)) encoded += `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  return encoded;
}
