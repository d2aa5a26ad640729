import type { Catalog } from '../catalog/catalog.ts';
import type { SnapshotRepository } from '../core/snapshot/repository.ts';
import type { EngineFiles } from './engine-files.ts';
import type { Fleet } from './fleet.ts';
import type { Jobs } from './jobs/jobs.ts';
import type { Outputs } from './outputs.ts';
import type { Policies } from './policies.ts';

/** What the services of engines need. */
export interface EngineContext {
  readonly fleet: Fleet;
  readonly catalog: Catalog;
  readonly snapshots: SnapshotRepository;
  readonly outputs: Outputs;
  readonly jobs: Jobs;
  readonly engineFiles: EngineFiles;
  readonly policies: Policies;
  /** The most that one snapshot may have. */
  readonly uploadLimitBytes: number;
  /** Fires when the server is to close: long polls answer at once. */
  readonly closing: AbortSignal;
}
