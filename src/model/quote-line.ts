const MAX_QUOTED = 120;

/** A line of source for use within a message: without blanks around it, cut, and without characters that a terminal would obey. */
export function quoteLine(text: string): string {
  const line = text.trim();
  const shown = line.length > MAX_QUOTED ? `${line.slice(0, MAX_QUOTED)}...` : line;
  return `"${shown.replace(/\p{Cc}/gu, '\uFFFD')}"`;
}
