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

  /**
   * Newest first.
   * @param model name that the snapshots were taken under
   * @param filter at most `count`; taken from `since` on, up to `until`: ISO 8601, UTC without a zone
   * @throws FastScoreError MODEL_NOT_FOUND, BAD_INPUT
   */
  list(
    model: string,
    filter: { count?: number | undefined; since?: string | undefined; until?: string | undefined } = {},
  ): Promise<SnapshotInfo[]> {
    const { count, since, until } = filter;
    const range = since === undefined && until === undefined ? undefined : `${since ?? ''}--${until ?? ''}`;
    return this.#service.get(`${pathOf(1, 'model', model, 'snapshot')}${queryOf({ count, 'date-range': range })}`);
  }

  /**
   * @param model name that the snapshot was taken under
   * @param prefix any beginning of its id
   * @throws FastScoreError SNAPSHOT_NOT_FOUND, SNAPSHOT_AMBIGUOUS
   */
  metadata(model: string, prefix: string): Promise<SnapshotInfo> {
    return this.#service.get(pathOf(1, 'model', model, 'snapshot', prefix, 'metadata'));
  }

  /**
   * The snapshot as a file: lines of JSON.
   * @param model name that the snapshot was taken under
   * @param prefix any beginning of its id
   * @throws FastScoreError SNAPSHOT_NOT_FOUND, SNAPSHOT_AMBIGUOUS
   */
  contents(model: string, prefix: string): Promise<Readable> {
    return this.#service.open({ method: 'GET', path: pathOf(1, 'model', model, 'snapshot', prefix, 'contents') });
  }

  /**
   * Imports a snapshot.
   * @param model name that it is kept under
   * @param id all of it
   * @param contents as `contents` gives them
   * @param options.trust accept values that only one language can open: later restores ask no more where they came from
   * @throws FastScoreError SNAPSHOT_EXISTS, SNAPSHOT_CORRUPT, SNAPSHOT_FORMAT, SNAPSHOT_UNTRUSTED
   */
  async put(
    model: string,
    id: string,
    contents: Readable | Buffer,
    { trust = false }: { trust?: boolean | undefined } = {},
  ): Promise<void> {
    const path = `${pathOf(1, 'model', model, 'snapshot', id)}${queryOf({ trust: trust || undefined })}`;
    await this.#service.send({ method: 'PUT', path, headers: { 'content-type': BYTES_MEDIA_TYPE }, body: contents });
  }

  /**
   * (2.0) Keeps a snapshot from being pruned, or lets it go.
   * @param model name that the snapshot was taken under
   * @param prefix any beginning of its id
   * @param pinned whether it is to be kept
   * @throws FastScoreError SNAPSHOT_NOT_FOUND, SNAPSHOT_AMBIGUOUS
   */
  async pin(model: string, prefix: string, pinned: boolean): Promise<SnapshotInfo> {
    const path = pathOf(1, 'model', model, 'snapshot', prefix, 'pin');
    return this.#service.parse(await this.#service.send({ method: pinned ? 'PUT' : 'DELETE', path }), path);
  }

  /**
   * (2.0) Removes all but the newest, and those that are pinned.
   * @param model name that the snapshots were taken under
   * @param keep how many stay
   * @returns those that are gone
   * @throws FastScoreError MODEL_NOT_FOUND, BAD_INPUT
   */
  async prune(model: string, keep: number): Promise<SnapshotInfo[]> {
    const path = `${pathOf(1, 'model', model, 'snapshot', 'prune')}${queryOf({ keep })}`;
    return this.#service.parse(await this.#service.post(path), path);
  }

  /**
   * @param model name that the snapshot was taken under
   * @param prefix any beginning of its id
   * @throws FastScoreError SNAPSHOT_NOT_FOUND, SNAPSHOT_AMBIGUOUS
   */
  remove(model: string, prefix: string): Promise<void> {
    return this.#service.delete(pathOf(1, 'model', model, 'snapshot', prefix));
  }
}
