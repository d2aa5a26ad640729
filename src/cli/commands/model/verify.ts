import { defineCommand } from '../../command.ts';
import { readEmbeddedSchemas } from '../../embedded-schemas.ts';
import { renderVerdict, verdictDocument } from '../../verdict.ts';

export const command = defineCommand({
  args: [['<model>', 'name of a stored model']],
  options: {
    schema: ['--schema <name:data>', 'a schema that goes along: a file, @file, or JSON', 'repeat'],
  },
  about: 'Does every check that loading does, and loads nothing. Exit status 8: the model is refused.',
  examples: [
    { line: 'fastscore model verify gain -v', text: 'with slots and what the model needs' },
    { line: `fastscore model verify gain --schema 'amps:"int"'`, text: 'with a schema that is not stored' },
  ],
  async run(cli, [name], { schema }) {
    const schemas = await readEmbeddedSchemas(cli.io, schema);
    const client = await cli.client();
    const model = { name, ...(await client.models.get(name)) };
    const company = { schemas, attachments: await client.attachments.list(name) };
    const report = await client.engine.verifyModel(name, model.mtype, model.source, company);
    for (const warning of report.warnings ?? []) cli.out.warn(warning);
    const verdict = cli.out.colours.green('The model contains no errors');
    const text = cli.out.verbose ? renderVerdict(model, report, verdict) : verdict;
    cli.out.result(verdictDocument(model, report), text);
    return 0;
  },
});
