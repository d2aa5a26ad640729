import { VALUE_OPTIONS } from '../global-options.ts';
import { completionTables } from './tables.ts';
import type { CompletionNode } from './tree.ts';

/** The table as functions that bash and zsh understand alike. */
export function posixTables(tree: readonly CompletionNode[]): string {
  const functions = completionTables('_fastscore', tree, {
    define: (name, cases) => [`${name}() {`, '  case "$1" in', ...cases, '  esac', '}'].join('\n'),
    when: (command, cells) => `    '${command}') echo '${cells.join(' ')}' ;;`,
  });
  return `${functions}\n_fastscore_valued=' ${[...VALUE_OPTIONS].join(' ')} '`;
}
