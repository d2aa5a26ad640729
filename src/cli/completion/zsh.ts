import { posixTables } from './posix-tables.ts';
import type { CompletionNode } from './tree.ts';

/** The script that `fastscore completion zsh` prints. */
export function zshCompletion(tree: readonly CompletionNode[]): string {
  return `#compdef fastscore
# Completion of fastscore for zsh: source <(fastscore completion zsh), after compinit
${posixTables(tree)}
${DRIVER}`;
}

const DRIVER = `_fastscore() {
  local current="\${words[CURRENT]}" command='' previous='' word kind
  local -i position=1 index
  local -a kinds
  for ((index = 2; index < CURRENT; index++)); do
    word="\${words[index]}"
    if [[ -n "$previous" && "$_fastscore_valued" == *" $previous "* ]]; then
      previous=''
      continue
    fi
    previous="$word"
    [[ "$word" == -* ]] && continue
    if [[ " $(_fastscore_words "$command") " == *" $word "* ]]; then
      command="\${command:+$command }$word"
    else
      position+=1
    fi
  done
  if [[ -n "$previous" && "$_fastscore_valued" == *" $previous "* ]]; then
    case "$previous" in
      --engine | --model-manage | --source) compadd -- \${(f)"$(fastscore completion names instance 2>/dev/null)"} ;;
      *) _files ;;
    esac
    return
  fi
  if [[ "$current" == -* ]]; then
    compadd -- \${=$(_fastscore_options "$command")}
    return
  fi
  ((position == 1)) && compadd -- \${=$(_fastscore_words "$command")}
  kinds=(\${=$(_fastscore_kinds "$command")})
  for kind in \${(s:+:)kinds[position]}; do
    case "$kind" in
      none) ;;
      file) _files ;;
      *) compadd -- \${(f)"$(fastscore completion names "$kind" 2>/dev/null)"} ;;
    esac
  done
}
compdef _fastscore fastscore`;
