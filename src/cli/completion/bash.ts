import { posixTables } from './posix-tables.ts';
import type { CompletionNode } from './tree.ts';

/** The script that `fastscore completion bash` prints. */
export function bashCompletion(tree: readonly CompletionNode[]): string {
  return `# Completion of fastscore for bash: source <(fastscore completion bash)
${posixTables(tree)}
${DRIVER}`;
}

const DRIVER = `_fastscore() {
  local current="\${COMP_WORDS[COMP_CWORD]}" command='' previous='' position=0 index word kinds kind names
  for ((index = 1; index < COMP_CWORD; index++)); do
    word="\${COMP_WORDS[index]}"
    if [[ -n "$previous" && "$_fastscore_valued" == *" $previous "* ]]; then
      previous=''
      continue
    fi
    previous="$word"
    [[ "$word" == -* ]] && continue
    if [[ " $(_fastscore_words "$command") " == *" $word "* ]]; then
      command="\${command:+$command }$word"
    else
      position=$((position + 1))
    fi
  done
  COMPREPLY=()
  if [[ -n "$previous" && "$_fastscore_valued" == *" $previous "* ]]; then
    case "$previous" in
      --engine | --model-manage | --source) COMPREPLY=($(compgen -W "$(fastscore completion names instance 2>/dev/null)" -- "$current")) ;;
      *) COMPREPLY=($(compgen -f -- "$current")) ;;
    esac
    return
  fi
  if [[ "$current" == -* ]]; then
    COMPREPLY=($(compgen -W "$(_fastscore_options "$command")" -- "$current"))
    return
  fi
  ((position == 0)) && COMPREPLY=($(compgen -W "$(_fastscore_words "$command")" -- "$current"))
  kinds=($(_fastscore_kinds "$command"))
  for kind in \${kinds[position]//+/ }; do
    case "$kind" in
      none) ;;
      file) COMPREPLY+=($(compgen -f -- "$current")) ;;
      *)
        names="$(fastscore completion names "$kind" 2>/dev/null)"
        COMPREPLY+=($(compgen -W "$names" -- "$current"))
        ;;
    esac
  done
}
complete -o filenames -F _fastscore fastscore`;
