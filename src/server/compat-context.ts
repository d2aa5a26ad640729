import type { Catalog } from '../catalog/catalog.ts';
import type { Fleet } from './fleet.ts';
import type { Pneumo } from './pneumo/pneumo.ts';
import type { Policies } from './policies.ts';
import type { Statistics } from './statistics.ts';

/** What the services need that only clients of 1.10 know. */
export interface CompatContext {
  readonly fleet: Fleet;
  readonly catalog: Catalog;
  readonly pneumo: Pneumo;
  readonly policies: Policies;
  readonly statistics: Statistics;
  /** Fires when the server is to close. */
  readonly closing: AbortSignal;
}
