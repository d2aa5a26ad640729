import type { PutResult } from '../catalog/asset-folder.ts';

/** Clients of 1.10 say "created" or "updated" by this. */
export const putStatus = (result: PutResult): number => (result === 'created' ? 201 : 204);
