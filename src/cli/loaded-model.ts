import type { ActiveModelInfo } from '../api/shapes.ts';
import type { FastScoreClient } from '../client/client.ts';
import { FastScoreError } from '../core/errors.ts';

/** @throws FastScoreError MODEL_NOT_LOADED */
export async function assertModelLoaded(client: FastScoreClient): Promise<ActiveModelInfo> {
  const model = await client.engine.activeModel();
  if (model !== null) return model;
  throw new FastScoreError('MODEL_NOT_LOADED', 'Model not loaded', { hint: 'fastscore model load <model>' });
}
