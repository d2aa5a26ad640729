import { VALUE_OPTIONS } from '../global-options.ts';
import { completionTables } from './tables.ts';
import type { CompletionNode } from './tree.ts';

/** The script that `fastscore completion fish` prints. */
export function fishCompletion(tree: readonly CompletionNode[]): string {
  return [
    '# Completion of fastscore for fish: fastscore completion fish | source',
    completionTables('__fastscore', tree, {
      define: (name, cases) => [`function ${name}`, '  switch "$argv[1]"', ...cases, '  end', 'end'].join('\n'),
      when: (command, cells) => `    case '${command}'\n      printf '%s\\n' ${cells.join(' ')}`,
    }),
    `set -g __fastscore_valued ${[...VALUE_OPTIONS].join(' ')}`,
    DRIVER,
  ].join('\n');
}

const DRIVER = `function __fastscore_complete
  set -l command ''
  set -l previous ''
  set -l position 1
  set -l current (commandline -ct)
  for word in (commandline -opc)[2..-1]
    if test -n "$previous"; and contains -- "$previous" $__fastscore_valued
      set previous ''
      continue
    end
    set previous "$word"
    string match -q -- '-*' "$word"; and continue
    if contains -- "$word" (__fastscore_words "$command")
      set command (string trim -- "$command $word")
    else
      set position (math $position + 1)
    end
  end
  if test -n "$previous"; and contains -- "$previous" $__fastscore_valued
    switch "$previous"
      case --engine --model-manage --source
        fastscore completion names instance 2>/dev/null
      case '*'
        __fish_complete_path "$current"
    end
    return
  end
  if string match -q -- '-*' "$current"
    __fastscore_options "$command"
    return
  end
  test $position -eq 1; and __fastscore_words "$command"
  set -l kinds (__fastscore_kinds "$command")
  test $position -le (count $kinds); or return
  for kind in (string split + -- $kinds[$position])
    switch $kind
      case none
      case file
        __fish_complete_path "$current"
      case '*'
        fastscore completion names $kind 2>/dev/null
    end
  end
end
complete -c fastscore -f -a '(__fastscore_complete)'`;
