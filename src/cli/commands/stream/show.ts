import { expandLiteral, isLiteral } from '../../../streams/literal.ts';
import { masked, maskedJson } from '../../../util/masked.ts';
import { defineCommand } from '../../command.ts';
import { renderJson } from '../../output/json.ts';
import { STREAMS, showDocument } from '../../stored-documents.ts';

export const command = defineCommand({
  args: [['<stream>', 'name of a stream, or a literal such as file:/data/in.json']],
  options: { edit: ['-e, --edit', 'edit the descriptor in $EDITOR and store it'] },
  about: 'Secret keys are shown as stars; editing shows and keeps the real ones.',
  examples: [
    { line: 'fastscore stream show in', text: '' },
    { line: 'fastscore stream show kafka:broker/loads.json', text: 'what a literal stands for' },
  ],
  async run(cli, [name], { edit }) {
    if (!isLiteral(name)) return showDocument(cli, STREAMS, { name, edit, mask: maskedJson });
    const descriptor = masked(expandLiteral(name).descriptor);
    cli.out.result(descriptor, renderJson(descriptor));
    return 0;
  },
});
