import type { FastScoreClient } from '../../../client/client.ts';
import { FastScoreError } from '../../../core/errors.ts';
import type { Cli } from '../../command.ts';
import { defineCommand } from '../../command.ts';
import { parseRestSlot } from '../../numbers.ts';
import { during } from '../../output/errors.ts';

export const command = defineCommand({
  args: [['[slot]', 'an output slot with a REST stream (default: 1)']],
  options: {
    nowait: ['--nowait', 'do not wait when there is no record yet'],
    continuous: ['-c, --continuous', 'go on to the end of the stream'],
  },
  about: 'Prints one record, and waits for it. With --json: {"record": text, "eof": flag}, with -c one a line.',
  examples: [
    { line: 'fastscore model output', text: 'the next record' },
    { line: 'fastscore model output -c', text: 'all that come' },
  ],
  async run(cli, [text], { nowait, continuous }) {
    const slot = parseRestSlot(text ?? '1');
    if (slot % 2 === 0) throw new FastScoreError('BAD_COUNT', `${slot} is an input slot`);
    const client = await cli.client();
    if (continuous || cli.compat) cli.endOnInterrupt();
    // Outputs of another job are none of those that were asked for.
    const job = continuous ? (await client.engine.jobs.active())?.id : undefined;
    for (;;) {
      const reading = during('Stream read error', nextRecord(client, slot, { nowait, job }));
      const record = await cli.out.progress.while(() => `Waiting for a record at slot ${slot}`, reading);
      await print(cli, record, continuous);
      if (record === 'eof' && !cli.compat) await warnOfFailure(cli, client);
      if (!Buffer.isBuffer(record) || !continuous) return 0;
    }
  },
});

/** The end of the outputs looks the same when the model has failed. */
async function warnOfFailure(cli: Cli, client: FastScoreClient): Promise<void> {
  const state = await client.engine.state();
  if (state === 'error') cli.out.warn('the run has failed, these may not be all outputs: see `fastscore job status`');
}

async function nextRecord(
  client: FastScoreClient,
  slot: number,
  { nowait, job }: { nowait: boolean; job: string | undefined },
): Promise<Buffer | 'empty' | 'eof'> {
  for (;;) {
    const record = await client.engine.output(slot, job);
    if (record !== 'empty' || nowait) return record;
  }
}

async function print(cli: Cli, record: Buffer | 'empty' | 'eof', continuous: boolean): Promise<void> {
  if (cli.out.json) {
    const document = { record: Buffer.isBuffer(record) ? record.toString('utf8') : null, eof: record === 'eof' };
    if (continuous) cli.out.item(document, '');
    else cli.out.result(document, '');
  } else if (record === 'eof') cli.out.line(cli.out.colours.blue('(EOF)'));
  else if (record !== 'empty') await cli.out.bytes(Buffer.concat([record, LINE_END]));
}

const LINE_END = Buffer.from('\n');
