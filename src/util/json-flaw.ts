/** Why JSON.parse refuses `text`, in words without the text: `not valid JSON: Unexpected token 'o'`. null when it takes it. */
export function jsonFlaw(text: string): string | null {
  try {
    JSON.parse(text);
    return null;
  } catch (error) {
    return jsonErrorInWords(error as Error);
  }
}

/** The same of an error that JSON.parse has thrown. */
export function jsonErrorInWords({ message }: Error): string {
  const detail = message
    .replace(/(^|,? )(\.\.\.)?".*$/s, '')
    .replace(/ in JSON at position (\d+).*$/s, ' at position $1')
    .replace(/ is not valid JSON$/, '');
  return detail === '' ? 'not valid JSON' : `not valid JSON: ${detail}`;
}
