import { JSON_MEDIA_TYPE } from '../api/media-types.ts';
import { pathOf } from '../api/paths.ts';
import type { Service } from './service.ts';

/** The JSON documents of one kind in the catalog: texts, as they are stored. */
export class Documents {
  readonly #service: Service;
  readonly #kind: 'schema' | 'stream' | 'sensor';

  constructor(service: Service, kind: 'schema' | 'stream' | 'sensor') {
    this.#service = service;
    this.#kind = kind;
  }

  list(): Promise<string[]> {
    return this.#service.get(pathOf(1, this.#kind));
  }

  async get(name: string): Promise<string> {
    const reply = await this.#service.send({ method: 'GET', path: pathOf(1, this.#kind, name) });
    return reply.body.toString('utf8');
  }

  put(name: string, text: string): Promise<'created' | 'updated'> {
    return this.#service.put(pathOf(1, this.#kind, name), JSON_MEDIA_TYPE, Buffer.from(text));
  }

  remove(name: string): Promise<void> {
    return this.#service.delete(pathOf(1, this.#kind, name));
  }
}
