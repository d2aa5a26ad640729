import { isDeepStrictEqual } from 'node:util';
import type { Documents } from '../catalog/documents.ts';
import { FastScoreError } from '../core/errors.ts';
import { isMasked, masked } from '../util/masked.ts';

/**
 * A descriptor with its secrets. Clients of 1.10 fetch a stream from the catalog, where they see stars in the place of
 * secrets, and send it to the engine: as a whole and unchanged it stands for the one in the catalog.
 */
export async function revealed(descriptor: unknown, streams: Documents): Promise<unknown> {
  if (!isMasked(descriptor)) return descriptor;
  for (const name of await streams.list()) {
    const stored: unknown = JSON.parse(await streams.get(name));
    if (isDeepStrictEqual(masked(stored), descriptor)) return stored;
  }
  throw new FastScoreError('BAD_DESCRIPTOR', 'The descriptor has stars in the place of a secret', {
    hint: 'Send the secret, a reference such as secret://NAME, or the stream of the catalog unchanged',
  });
}
