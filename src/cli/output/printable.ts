/**
 * Names and records come from anywhere, and a terminal obeys control characters. Results that are data for
 * programs stay as they are; what is shown to people goes through here.
 */

/** Text that may have lines and tabs: control characters are shown as `\u001b`. */
export function printableText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, escaped);
}

/** Text that stands on a line with others, such as a cell of a table. */
export function printableLine(text: string): string {
  return printableText(text).replaceAll('\n', '\\n').replaceAll('\t', '\\t');
}

const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
