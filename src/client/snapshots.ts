import type { Readable } from 'node:stream';
import { BYTES_MEDIA_TYPE } from '../api/media-types.ts';
import { pathOf } from '../api/paths.ts';
import type { SnapshotInfo } from '../api/shapes.ts';
import type { Service } from './service.ts';
import { queryOf } from './service.ts';

/** Snapshots of the catalog, by model. A prefix is any beginning of an id that only one snapshot has. */
export class Snapshots {
  readonly #service: Service;

  constructor(service: Service) {
    this.#service = service;
  }

  /** Newest first. `since` and `until` are ISO 8601 dates or times. */
  list(
    model: string,
    filter: { count?: number | undefined; since?: string | undefined; until?: string | undefined } = {},
  ): Promise<SnapshotInfo[]> {
    const { count, since, until } = filter;
    const range = since === undefined && until === undefined ? undefined : `${since ?? ''}--${until ?? ''}`;
    return this.#service.get(`${pathOf(1, 'model', model, 'snapshot')}${queryOf({ count, 'date-range': range })}`);
  }

  metadata(model: string, prefix: string): Promise<SnapshotInfo> {
    return this.#service.get(pathOf(1, 'model', model, 'snapshot', prefix, 'metadata'));
  }

  contents(model: string, prefix: string): Promise<Readable> {
    return this.#service.open({ method: 'GET', path: pathOf(1, 'model', model, 'snapshot', prefix, 'contents') });
  }

  /** Imports a snapshot under `id`. */
  async put(model: string, id: string, contents: Readable | Buffer): Promise<void> {
    const path = pathOf(1, 'model', model, 'snapshot', id);
    await this.#service.send({ method: 'PUT', path, headers: { 'content-type': BYTES_MEDIA_TYPE }, body: contents });
  }

  /** Keeps a snapshot from being pruned, or lets it go. */
  async pin(model: string, prefix: string, pinned: boolean): Promise<SnapshotInfo> {
    const path = pathOf(1, 'model', model, 'snapshot', prefix, 'pin');
    return this.#service.parse(await this.#service.send({ method: pinned ? 'PUT' : 'DELETE', path }), path);
  }

  /** Removes all but the newest `keep`, and those that are pinned. @returns those that are gone */
  async prune(model: string, keep: number): Promise<SnapshotInfo[]> {
    const path = `${pathOf(1, 'model', model, 'snapshot', 'prune')}${queryOf({ keep })}`;
    return this.#service.parse(await this.#service.post(path), path);
  }

  remove(model: string, prefix: string): Promise<void> {
    return this.#service.delete(pathOf(1, 'model', model, 'snapshot', prefix));
  }
}
