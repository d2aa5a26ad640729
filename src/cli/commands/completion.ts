import { FastScoreError } from '../../core/errors.ts';
import { defineCommand } from '../command.ts';
import { bashCompletion } from '../completion/bash.ts';
import { fishCompletion } from '../completion/fish.ts';
import { namesOf } from '../completion/names.ts';
import type { CompletionNode } from '../completion/tree.ts';
import { completionTree } from '../completion/tree.ts';
import { zshCompletion } from '../completion/zsh.ts';

const SCRIPTS: Readonly<Record<string, (tree: readonly CompletionNode[]) => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
};

export const command = defineCommand({
  args: [
    ['<shell>', 'bash, zsh or fish; names: what the script asks for'],
    ['[kind]', 'with names: model, stream, schema, sensor or instance'],
  ],
  about:
    'Prints a script that completes commands, options, and names of models, streams, schemas, sensors and engines.',
  examples: [
    { line: 'fastscore completion bash', text: 'in ~/.bashrc: source <(fastscore completion bash)' },
    { line: 'fastscore completion zsh', text: 'in ~/.zshrc after compinit: source <(fastscore completion zsh)' },
    { line: 'fastscore completion fish', text: 'in config.fish: fastscore completion fish | source' },
  ],
  async run(cli, [shell, kind]) {
    if (shell === 'names') {
      const names = await namesOf(cli, kind ?? '');
      cli.out.result(names, names.join('\n'));
      return 0;
    }
    if (!Object.hasOwn(SCRIPTS, shell)) {
      throw new FastScoreError('BAD_INPUT', `There is no completion for '${shell}'`, { hint: 'bash, zsh or fish' });
    }
    const script = SCRIPTS[shell]!(await completionTree(cli.commands));
    cli.out.result({ shell, script }, script);
    return 0;
  },
});
