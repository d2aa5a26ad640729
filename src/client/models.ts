import { modelMediaType, modelTypeOf } from '../api/media-types.ts';
import { pathOf } from '../api/paths.ts';
import type { Service } from './service.ts';

/** Models of the catalog. */
export class Models {
  readonly #service: Service;

  constructor(service: Service) {
    this.#service = service;
  }

  list(): Promise<{ name: string; type: string }[]> {
    return this.#service.get('/1/model?return=type');
  }

  async get(name: string): Promise<{ source: Buffer; mtype: string }> {
    const reply = await this.#service.send({ method: 'GET', path: `/1/model${pathOf(name)}` });
    const contentType = reply.headers['content-type'] ?? '';
    return { source: reply.body, mtype: modelTypeOf(contentType) ?? contentType };
  }

  put(name: string, mtype: string, source: Buffer): Promise<'created' | 'updated'> {
    return this.#service.put(`/1/model${pathOf(name)}`, modelMediaType(mtype), source);
  }

  remove(name: string): Promise<void> {
    return this.#service.delete(`/1/model${pathOf(name)}`);
  }
}
