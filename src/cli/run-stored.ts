import type { JobStatus } from '../api/shapes.ts';
import type { FastScoreClient } from '../client/client.ts';
import type { Claim } from './claim-engine.ts';
import { claimEngine } from './claim-engine.ts';
import type { Cli } from './command.ts';
import { Deadline } from './deadline.ts';
import { readEmbeddedSchemas } from './embedded-schemas.ts';
import { parseSeconds } from './numbers.ts';
import { during } from './output/errors.ts';
import { assertNothingOverwritten } from './overwritten-file.ts';
import { renderPneumo } from './pneumo-text.ts';
import type { RunStoredOptions } from './run-stored-options.ts';
import { readTurn } from './run-stored-options.ts';
import { resolveStream } from './stream-argument.ts';
import { verdictDocument } from './verdict.ts';
import { checkEnd, notStarted, waitForRun } from './wait-for-run.ts';

/**
 * Runs a model of the catalog on the engine. Everything is checked before the engine is asked for, and an engine that is not free
 * is left alone, unless options say otherwise.
 */
export async function runStored(
  cli: Cli,
  words: { model: string; input: string; output: string },
  options: RunStoredOptions,
): Promise<number> {
  const turn = readTurn(options);
  const deadline = new Deadline(parseSeconds('--timeout', options.timeout));
  const schemas = await readEmbeddedSchemas(cli.io, options.schema);
  const client = await cli.client();
  const { engine } = client;
  const model = { name: words.model, ...(await client.models.get(words.model)) };
  const streams = [
    await resolveStream(cli, words.input, 0),
    await resolveStream(cli, words.output, 1, { newFiles: true }),
  ];

  await assertNothingOverwritten(new Map(streams.entries()));

  const company = { schemas, attachments: await client.attachments.list(model.name) };
  const report = await engine.verifyModel(model.name, model.mtype, model.source, company);
  for (const [slot, { name, descriptor }] of streams.entries()) {
    await during('Unable to attach stream', engine.verifyStream(slot, name, descriptor, true));
  }
  for (const warning of report.warnings ?? []) cli.out.warn(warning);
  cli.out.confirm(cli.out.colours.green('Model and streams verified successfully'));

  // For 1.10 a run took over whatever the engine was doing.
  const takesOver = cli.compat && turn === 'now';
  const claim = takesOver ? null : await claimEngine(cli, engine, { model: model.name, turn, deadline });
  const job = claim?.id;
  const loading = engine.loadModel(model.name, model.mtype, model.source, { ...company, job });
  const loaded = during(`Unable to load model '${model.name}'`, loading);
  await cli.out.progress.while(() => `Loading model '${model.name}'`, loaded);
  cli.out.confirm(cli.out.colours.green('Model loaded'));
  for (const [slot, { name, descriptor }] of streams.entries()) {
    await during('Unable to attach stream', engine.attachStream(slot, name, descriptor, job));
    cli.out.confirm(cli.out.colours.green(`Stream attached to slot ${slot}`));
  }
  const status = options.wait ? await waitAsWanted(cli, client, { claim, deadline }) : null;
  if (status !== null) checkEnd(cli, status, options);
  cli.out.result({ ...verdictDocument(model, report), ...(status === null ? {} : { state: status.state }) }, '');
  return 0;
}

interface Wait {
  readonly claim: Claim | null;
  readonly deadline: Deadline;
}

/** For 1.10 a model that failed was a message like others, and the end of the wait. */
async function waitAsWanted(cli: Cli, client: FastScoreClient, { claim, deadline }: Wait): Promise<JobStatus> {
  try {
    const job = claim === null ? await client.engine.jobs.active() : await client.engine.jobs.get(claim.id);
    if (job === null || job.state === 'starting') throw notStarted(await client.engine.status());
    return await waitForRun(cli, client, { job, deadline });
  } catch (error) {
    const src = await cli.engineName();
    const [message] = cli.compat ? await client.connect.history({ src, type: 'model-error', count: 1 }) : [];
    if (message === undefined) throw error;
    cli.out.line(renderPneumo(message, cli.out.colours));
    return client.engine.status();
  }
}
