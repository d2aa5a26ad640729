import { modelMediaType, modelTypeOf } from '../api/media-types.ts';
import { pathOf } from '../api/paths.ts';
import type { Service } from './service.ts';

/** Models of the catalog. */
export class Models {
  readonly #service: Service;

  constructor(service: Service) {
    this.#service = service;
  }

  /** By name, each with its type, such as `python3`. */
  list(): Promise<{ name: string; type: string }[]> {
    return this.#service.get('/1/model?return=type');
  }

  /**
   * @param name of a stored model
   * @returns the source as it is stored, and its type
   * @throws FastScoreError MODEL_NOT_FOUND
   */
  async get(name: string): Promise<{ source: Buffer; mtype: string }> {
    const reply = await this.#service.send({ method: 'GET', path: `/1/model${pathOf(name)}` });
    const contentType = reply.headers['content-type'] ?? '';
    return { source: reply.body, mtype: modelTypeOf(contentType) ?? contentType };
  }

  /**
   * Stores a model, or replaces the one of that name.
   * @param name may have dots, blanks and slashes
   * @param mtype `python`, `python3`, `R`, ...
   * @param source at most 64 MiB
   * @throws FastScoreError BAD_NAME, MODEL_TYPE_UNKNOWN, TOO_LARGE
   */
  put(name: string, mtype: string, source: Buffer): Promise<'created' | 'updated'> {
    return this.#service.put(`/1/model${pathOf(name)}`, modelMediaType(mtype), source);
  }

  /**
   * Its attachments go too, its snapshots stay.
   * @param name of a stored model
   * @throws FastScoreError MODEL_NOT_FOUND
   */
  remove(name: string): Promise<void> {
    return this.#service.delete(`/1/model${pathOf(name)}`);
  }
}
