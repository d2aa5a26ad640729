import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { systemErrorCode } from '../../../util/system-error.ts';
import { defineCommand } from '../../command.ts';
import { during } from '../../output/errors.ts';
import { fileError } from '../../read-input.ts';

export const command = defineCommand({
  args: [
    ['<model>', 'name of the model'],
    ['<attachment>', 'name of the attachment'],
  ],
  about: 'Writes a file of that name to the current directory, in place of one that is there.',
  examples: [{ line: 'fastscore attachment download gain weights.tar.gz -v', text: '' }],
  async run(cli, [model, name]) {
    const { attachments } = await cli.client();
    const contents = await during(`Cannot retrieve attachment '${name}'`, attachments.contents(model, name));
    const file = resolve(cli.io.cwd, basename(name));
    const part = `${file}.${process.pid}.part`;
    try {
      // Only the whole of it takes the place of a file that is there.
      const downloading = during(`Cannot download attachment '${name}'`, pipeline(contents, createWriteStream(part)));
      await cli.out.progress.while(() => `Downloading ${name}`, downloading);
      await rename(part, file);
    } catch (error) {
      await rm(part, { force: true });
      throw systemErrorCode(error) === undefined ? error : fileError(file, error);
    }
    cli.out.done({ model, name, file, result: 'downloaded' }, 'Attachment downloaded');
    return 0;
  },
});
