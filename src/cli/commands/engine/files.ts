import { defineCommand } from '../../command.ts';
import { during } from '../../output/errors.ts';
import { renderTable } from '../../output/table.ts';

export const command = defineCommand({
  args: [['[engine]', 'name of the engine']],
  options: { remove: ['--remove <path>', 'take this one away; models that are loaded keep it'] },
  about: 'The files that engine put has given to an engine.',
  examples: [
    { line: 'fastscore engine files -v', text: 'with their sizes' },
    { line: 'fastscore engine files --remove data/lookup.csv', text: '' },
  ],
  async run(cli, [name], { remove }) {
    const { engine } = await cli.client(name);
    if (remove !== undefined) {
      await during(`Cannot remove ${remove}`, engine.files.remove(remove));
      cli.out.done({ path: remove, result: 'removed' }, `File '${remove}' removed`);
      return 0;
    }
    const files = await during('Cannot list the files', engine.files.list());
    const rows = files.map(({ path, size }) => [path, String(size)]);
    const table = renderTable(['Path', { title: 'Size', integer: true }], rows);
    cli.out.result(files, cli.out.verbose ? table : files.map(({ path }) => path).join('\n'));
    return 0;
  },
});
