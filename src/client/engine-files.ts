import type { Readable } from 'node:stream';
import { BYTES_MEDIA_TYPE } from '../api/media-types.ts';
import type { EngineFileInfo } from '../api/shapes.ts';
import type { Service } from './service.ts';
import { queryOf } from './service.ts';

const PATH = '/2/engine/file';

/** (2.0) Files that belong to an engine: models that are loaded later find them in their working directory. */
export class EngineFiles {
  readonly #service: Service;

  constructor(service: Service) {
    this.#service = service;
  }

  /** By path. */
  list(): Promise<EngineFileInfo[]> {
    return this.#service.get(PATH);
  }

  /**
   * Gives it a file, or replaces the one of that path.
   * @param path where models find it, such as `data/weights.bin`: relative to their working directory
   * @param body at most 4 GiB
   * @throws FastScoreError BAD_INPUT when `path` leads out of there, TOO_LARGE
   */
  async put(path: string, body: Readable): Promise<'created' | 'updated'> {
    const headers = { 'content-type': BYTES_MEDIA_TYPE };
    const { status } = await this.#service.send({ method: 'PUT', path: PATH + queryOf({ path }), headers, body });
    return status === 201 ? 'created' : 'updated';
  }

  /**
   * Models that are loaded keep it.
   * @param path as it was put
   * @throws FastScoreError FILE_NOT_FOUND
   */
  remove(path: string): Promise<void> {
    return this.#service.delete(PATH + queryOf({ path }));
  }
}
