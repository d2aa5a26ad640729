import { defineCommand } from '../../command.ts';
import { addDocument, STREAMS } from '../../stored-documents.ts';

export const command = defineCommand({
  args: [
    ['<stream>', 'name of the stream, without a colon'],
    ['[file]', 'its descriptor, as JSON; stdin when left out or -'],
  ],
  about: 'A stream of that name is replaced. The descriptor is checked when it is used, or by `stream verify`.',
  examples: [
    { line: 'fastscore stream add in in.json', text: '' },
    { line: `echo '{"Transport":"REST","Encoding":"json"}' | fastscore stream add in`, text: 'from stdin' },
  ],
  run: (cli, [name, file]) => addDocument(cli, STREAMS, { name, file }),
});
