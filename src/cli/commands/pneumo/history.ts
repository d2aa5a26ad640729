import { defineCommand } from '../../command.ts';
import { parseCount } from '../../numbers.ts';
import { during } from '../../output/errors.ts';
import { PNEUMO_FILTER } from '../../pneumo-filter.ts';
import { renderPneumo } from '../../pneumo-text.ts';

export const command = defineCommand({
  options: { ...PNEUMO_FILTER, count: ['--count <n>', 'at most so many (default: 60)'] },
  about: 'What has happened last in the fleet, oldest first.',
  examples: [
    { line: 'fastscore pneumo history', text: '' },
    { line: 'fastscore pneumo history --kind model-error --count 5', text: 'the last errors' },
  ],
  async run(cli, _args, { source, kind, count }) {
    const filter = { src: source, type: kind, count: parseCount('--count', count) };
    const asking = (await cli.client()).connect.history(filter);
    const messages = await during('Unable to retrieve Pneumo history', asking);
    cli.out.result(messages, messages.map((message) => renderPneumo(message, cli.out.colours)).join('\n'));
    return 0;
  },
});
