import { dirname, resolve } from 'node:path';
import type { Cli } from '../../command.ts';
import { defineCommand } from '../../command.ts';
import { withPathFrom } from '../../descriptor-path.ts';
import { embeddedSocketPath } from '../../embedded/socket-path.ts';
import { renderJson } from '../../output/json.ts';
import { addDocument, STREAMS } from '../../stored-documents.ts';

export const command = defineCommand({
  args: [
    ['<stream>', 'name of the stream, without a colon'],
    ['[file]', 'its descriptor, as JSON; stdin when left out or -'],
  ],
  about:
    'A stream of that name is replaced. The descriptor is checked when it is used, or by `stream verify`. On your own engine ' +
    'a relative path in it starts from where the descriptor is; a server says what its relative paths mean.',
  examples: [
    { line: 'fastscore stream add in in.json', text: '' },
    { line: `echo '{"Transport":"REST","Encoding":"json"}' | fastscore stream add in`, text: 'from stdin' },
  ],
  run: (cli, [name, file]) =>
    addDocument(cli, STREAMS, { name, file, revise: (text) => withFullPath(cli, file, text) }),
});

/** What is stored has no place of its own that a path could start from. */
async function withFullPath(cli: Cli, file: string | undefined, text: string): Promise<string> {
  const { target } = await cli.client();
  if (target.kind !== 'socket' || target.path !== embeddedSocketPath(cli.home, cli.io.env)) return text;
  const descriptor = JSON.parse(text) as unknown;
  if (typeof descriptor !== 'object' || descriptor === null) return text;
  const place = file === undefined || file === '-' ? cli.io.cwd : dirname(resolve(cli.io.cwd, file));
  const full = withPathFrom(place, descriptor);
  return full === descriptor ? text : renderJson(full);
}
