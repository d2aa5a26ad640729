import { defineCommand } from '../../command.ts';
import { parseCount } from '../../numbers.ts';
import { during } from '../../output/errors.ts';
import { renderSample } from '../../sample-text.ts';
import { FIRST_INPUT, resolveStream } from '../../stream-argument.ts';

const USUAL_COUNT = 10;

export const command = defineCommand({
  args: [
    ['<stream>', 'name of a stream, a literal, a descriptor as JSON, or a file'],
    ['[count]', `at most so many records (default: ${USUAL_COUNT})`],
  ],
  options: { count: ['--count <n>', 'the same'] },
  about: 'Reads the first records of a stream through the engine, apart from what the engine runs.',
  examples: [
    { line: 'fastscore stream sample scores --count 2', text: '' },
    { line: 'fastscore stream sample kafka:broker/loads.json', text: 'what comes from a topic' },
  ],
  async run(cli, [text, word], { count }) {
    const wanted = parseCount('--count', count ?? word) ?? USUAL_COUNT;
    const { descriptor } = await resolveStream(cli, text, FIRST_INPUT);
    const sampling = during('Unable to sample stream', (await cli.client()).engine.sample(descriptor, wanted));
    const records = await cli.out.progress.while(() => 'Reading the stream', sampling);
    cli.out.result(records.map(documentOf), renderSample(records));
    return 0;
  },
});

/** Text where it is text, else Base64. */
function documentOf(record: Buffer): unknown {
  const text = record.toString('utf8');
  return Buffer.from(text).equals(record) ? { text } : { base64: record.toString('base64') };
}
