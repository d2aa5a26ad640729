import { createReadStream } from 'node:fs';
import { basename, resolve } from 'node:path';
import { archiveTypeOf } from '../../archive-type.ts';
import { defineCommand } from '../../command.ts';
import { during } from '../../output/errors.ts';
import { assertReadable } from '../../read-input.ts';

export const command = defineCommand({
  args: [
    ['<model>', 'name of the model'],
    ['<file>', 'an archive: .zip, .tgz or .tar.gz'],
  ],
  about: 'The attachment has the name of the file. One of that name is replaced.',
  examples: [{ line: 'fastscore attachment upload gain weights.tar.gz -v', text: '' }],
  async run(cli, [model, file]) {
    const type = archiveTypeOf(file);
    await assertReadable(cli.io, file);
    const name = basename(file);
    const { attachments } = await cli.client();
    const uploading = attachments.put(model, name, type, createReadStream(resolve(cli.io.cwd, file)));
    const uploaded = during(`Cannot upload attachment '${name}'`, uploading);
    const result = await cli.out.progress.while(() => `Uploading ${name}`, uploaded);
    cli.out.done({ model, name, type, result }, 'Attachment uploaded');
    return 0;
  },
});
