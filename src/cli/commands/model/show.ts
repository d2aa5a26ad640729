import { defineCommand } from '../../command.ts';
import { editText } from '../../edit.ts';
import { suffixOfModelType } from '../../model-suffix.ts';
import { warnOfSyntax } from '../../warn-of-syntax.ts';

export const command = defineCommand({
  args: [['<model>', 'name of the model']],
  options: { edit: ['-e, --edit', 'edit the source in $EDITOR and store it'] },
  examples: [
    { line: 'fastscore model show gain', text: 'the source as it is stored' },
    { line: 'EDITOR=nano fastscore model show gain -e', text: 'change it' },
  ],
  async run(cli, [name], { edit }) {
    const client = await cli.client();
    const { source, mtype } = await client.models.get(name);
    if (edit) {
      const edited = await editText(cli, `model${suffixOfModelType(mtype)}`, source);
      if (edited === null) {
        cli.out.done({ name, mtype, result: 'unchanged' }, 'No changes (or changes discarded)');
        return 0;
      }
      await client.models.put(name, mtype, edited);
      cli.out.done({ name, mtype, result: 'updated' }, 'Model updated');
      await warnOfSyntax(cli.out, client, { name, mtype, source: edited });
    } else if (cli.out.json) cli.out.result({ name, mtype, source: source.toString('utf8') }, '');
    else await cli.out.bytes(source);
    return 0;
  },
});
