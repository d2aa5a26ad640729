import type { Catalog } from '../catalog/catalog.ts';
import type { SnapshotRepository } from '../core/snapshot/repository.ts';
import type { SchemaChecks } from './schema-checks.ts';

/** What the services of the catalog need. */
export interface CatalogContext {
  readonly catalog: Catalog;
  readonly snapshots: SnapshotRepository;
  readonly schemaChecks: SchemaChecks;
  /** The most that one snapshot or attachment may have. */
  readonly uploadLimitBytes: number;
}
