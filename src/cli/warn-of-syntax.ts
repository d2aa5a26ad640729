import type { FastScoreClient } from '../client/client.ts';
import { FastScoreError } from '../core/errors.ts';
import type { Output } from './output/output.ts';

/**
 * Warns of a source that its language cannot read. Without an engine that could tell there is no warning: the model is stored, and
 * whoever loads it is told.
 */
export async function warnOfSyntax(
  out: Output,
  client: FastScoreClient,
  { name, mtype, source }: { readonly name: string; readonly mtype: string; readonly source: Buffer },
): Promise<void> {
  try {
    await client.engine.verifyModel(name, mtype, source);
  } catch (error) {
    if (!(error instanceof FastScoreError) || error.code !== 'MODEL_SYNTAX') return;
    out.warn(error.message);
    if (error.hint !== undefined) out.note(`Hint: ${error.hint}`);
  }
}
