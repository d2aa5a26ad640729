import { VALUE_OPTIONS } from '../global-options.ts';
import type { CompletionNode } from './tree.ts';

/** The table as functions that bash and zsh understand alike. */
export function posixTables(tree: readonly CompletionNode[]): string {
  return [
    table('_fastscore_words', tree, ({ words }) => words),
    table('_fastscore_options', tree, ({ options }) => options),
    table('_fastscore_kinds', tree, ({ kinds }) => kinds),
    `_fastscore_valued=' ${[...VALUE_OPTIONS].join(' ')} '`,
  ].join('\n');
}

function table(
  name: string,
  tree: readonly CompletionNode[],
  cells: (node: CompletionNode) => readonly string[],
): string {
  const cases = tree
    .filter((node) => cells(node).length > 0)
    .map((node) => `    '${node.command}') echo '${cells(node).join(' ')}' ;;`);
  return [`${name}() {`, '  case "$1" in', ...cases, '  esac', '}'].join('\n');
}
