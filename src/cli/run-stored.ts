import type { JobStatus } from '../api/shapes.ts';
import type { FastScoreClient } from '../client/client.ts';
import type { Cli } from './command.ts';
import { readEmbeddedSchemas } from './embedded-schemas.ts';
import { parseSeconds } from './numbers.ts';
import { during } from './output/errors.ts';
import { renderPneumo } from './pneumo-text.ts';
import type { RunStoredOptions } from './run-stored-options.ts';
import { resolveStream } from './stream-argument.ts';
import { verdictDocument } from './verdict.ts';
import { waitForRun } from './wait-for-run.ts';

/** Runs a model of the catalog on the engine. Everything is checked before anything is loaded. */
export async function runStored(
  cli: Cli,
  words: { model: string; input: string; output: string },
  options: RunStoredOptions,
): Promise<number> {
  const timeoutMs = parseSeconds('--timeout', options.timeout);
  const schemas = await readEmbeddedSchemas(cli.io, options.schema);
  const client = await cli.client();
  const { engine } = client;
  const model = { name: words.model, ...(await client.models.get(words.model)) };
  const streams = [await resolveStream(cli, words.input, 0), await resolveStream(cli, words.output, 1)];

  const company = { schemas, attachments: await client.attachments.list(model.name) };
  const report = await engine.verifyModel(model.name, model.mtype, model.source, company);
  for (const [slot, { name, descriptor }] of streams.entries()) {
    await during('Unable to attach stream', engine.verifyStream(slot, name, descriptor));
  }
  for (const warning of report.warnings ?? []) cli.out.warn(warning);
  cli.out.confirm(cli.out.colours.green('Model and streams verified successfully'));

  const loading = engine.loadModel(model.name, model.mtype, model.source, company);
  const loaded = during(`Unable to load model '${model.name}'`, loading);
  await cli.out.progress.while(() => `Loading model '${model.name}'`, loaded);
  cli.out.confirm(cli.out.colours.green('Model loaded'));
  for (const [slot, { name, descriptor }] of streams.entries()) {
    await during('Unable to attach stream', engine.attachStream(slot, name, descriptor));
    cli.out.confirm(cli.out.colours.green(`Stream attached to slot ${slot}`));
  }
  const status = options.wait ? await waitAsWanted(cli, client, timeoutMs) : null;
  cli.out.result({ ...verdictDocument(model, report), ...(status === null ? {} : { state: status.state }) }, '');
  return 0;
}

/** For 1.10 a model that failed was a message like others, and the end of the wait. */
async function waitAsWanted(cli: Cli, client: FastScoreClient, timeoutMs: number | undefined): Promise<JobStatus> {
  const engine = await cli.engineName();
  try {
    return await waitForRun(cli, client, timeoutMs);
  } catch (error) {
    const [message] = cli.compat ? await client.connect.history({ src: engine, type: 'model-error', count: 1 }) : [];
    if (message === undefined) throw error;
    cli.out.line(renderPneumo(message, cli.out.colours));
    return client.engine.status();
  }
}
