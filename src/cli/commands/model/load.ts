import { createReadStream } from 'node:fs';
import { basename, resolve } from 'node:path';
import type { Archive } from '../../../client/engine.ts';
import { archiveTypeOf } from '../../archive-type.ts';
import { defineCommand } from '../../command.ts';
import { readEmbeddedSchemas } from '../../embedded-schemas.ts';
import type { Io } from '../../io.ts';
import { during } from '../../output/errors.ts';
import { assertReadable } from '../../read-input.ts';

export const command = defineCommand({
  args: [
    ['<model>', 'name of a stored model'],
    ['[attachments...]', 'archives to take in place of the stored attachments: .zip, .tgz or .tar.gz'],
  ],
  options: {
    schema: ['--schema <name:data>', 'a schema that goes along: a file, @file, or JSON', 'repeat'],
  },
  about:
    'The engine starts as soon as every slot that the model uses has a stream. A running model is replaced. The attachments of the model go along: each jet finds what is in them in its working directory.',
  examples: [
    { line: 'fastscore model load gain', text: '' },
    { line: 'fastscore model load gain --schema amps:@amps.avsc', text: 'with a schema from a file' },
    { line: 'fastscore model load gain weights.zip', text: 'with other attachments than the stored ones' },
  ],
  async run(cli, [name, files], { schema }) {
    const schemas = await readEmbeddedSchemas(cli.io, schema);
    const archives = await Promise.all(files.map((file) => openArchive(cli.io, file)));
    const client = await cli.client();
    const { mtype, source } = await client.models.get(name);
    const attachments = archives.length > 0 ? archives : await client.attachments.list(name);
    const loading = client.engine.loadModel(name, mtype, source, { schemas, attachments });
    const loaded = during(`Unable to load model '${name}'`, loading);
    await cli.out.progress.while(() => `Loading model '${name}'`, loaded);
    cli.out.done({ name, mtype, result: 'loaded' }, 'Model loaded');
    return 0;
  },
});

async function openArchive(io: Io, file: string): Promise<Archive> {
  const type = archiveTypeOf(file);
  await assertReadable(io, file);
  return { name: basename(file), type, contents: piecesOf(resolve(io.cwd, file)) };
}

/** Opened when it is its turn: a model that is refused before leaves no open file. */
async function* piecesOf(path: string): AsyncGenerator<Buffer> {
  yield* createReadStream(path) as AsyncIterable<Buffer>;
}
