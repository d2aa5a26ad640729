import { defineCommand } from '../../command.ts';
import { readEmbeddedSchemas } from '../../embedded-schemas.ts';
import { during } from '../../output/errors.ts';

export const command = defineCommand({
  args: [['<model>', 'name of a stored model']],
  options: {
    schema: ['--schema <name:data>', 'a schema that goes along: a file, @file, or JSON', 'repeat'],
  },
  about:
    'The engine starts as soon as every slot that the model uses has a stream. A running model is replaced. The attachments of the model go along: each jet finds what is in them in its working directory.',
  examples: [
    { line: 'fastscore model load gain', text: '' },
    { line: 'fastscore model load gain --schema amps:@amps.avsc', text: 'with a schema from a file' },
  ],
  async run(cli, [name], { schema }) {
    const schemas = await readEmbeddedSchemas(cli.io, schema);
    const client = await cli.client();
    const { mtype, source } = await client.models.get(name);
    const attachments = await client.attachments.list(name);
    const loading = client.engine.loadModel(name, mtype, source, { schemas, attachments });
    const loaded = during(`Unable to load model '${name}'`, loading);
    await cli.out.progress.while(() => `Loading model '${name}'`, loaded);
    cli.out.done({ name, mtype, result: 'loaded' }, 'Model loaded');
    return 0;
  },
});
