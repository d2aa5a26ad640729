export interface CodeBlock {
  /** Number of its first line. */
  readonly line: number;
  /** What stands behind the language. */
  readonly info: string;
  readonly text: string;
}

/** The fenced blocks of a Markdown page. */
export function codeBlocks(page: string): CodeBlock[] {
  return [...page.matchAll(/^```(\w+) ?(.*)\n([\s\S]*?)^```$/gm)].map((match) => ({
    line: page.slice(0, match.index).split('\n').length + 1,
    info: match[2]!,
    text: match[3]!,
  }));
}
