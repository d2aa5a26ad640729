import type { CompletionNode } from './tree.ts';

/** How a shell spells a function that prints a text for each command. */
export interface Spelling {
  /** @param cases one for each command that has something to print */
  readonly define: (name: string, cases: readonly string[]) => string;
  /** @param cells words, none of which has blanks or quotes in it */
  readonly when: (command: string, cells: readonly string[]) => string;
}

/** The table as three functions of a shell: what leads on from a command, its options, and what its arguments name. */
export function completionTables(prefix: string, tree: readonly CompletionNode[], spelling: Spelling): string {
  const columns: Readonly<Record<string, (node: CompletionNode) => readonly string[]>> = {
    words: ({ words }) => words,
    options: ({ options }) => options,
    kinds: ({ kinds }) => kinds,
  };
  return Object.entries(columns)
    .map(([column, cellsOf]) => {
      const filled = tree.filter((node) => cellsOf(node).length > 0);
      const cases = filled.map((node) => spelling.when(node.command, cellsOf(node)));
      return spelling.define(`${prefix}_${column}`, cases);
    })
    .join('\n');
}
