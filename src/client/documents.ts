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

  /** Their names. */
  list(): Promise<string[]> {
    return this.#service.get(pathOf(1, this.#kind));
  }

  /**
   * @param name of a stored document
   * @returns JSON text as it is stored, secrets as stars
   * @throws FastScoreError STREAM_NOT_FOUND, SCHEMA_NOT_FOUND or SENSOR_NOT_FOUND
   */
  async get(name: string): Promise<string> {
    const reply = await this.#service.send({ method: 'GET', path: pathOf(1, this.#kind, name) });
    return reply.body.toString('utf8');
  }

  /**
   * Stores a document, or replaces the one of that name.
   * @param name may have dots, blanks and slashes
   * @param text JSON; stars in the place of a secret stand for the one that is stored
   * @throws FastScoreError BAD_NAME, BAD_INPUT, and BAD_DESCRIPTOR or SCHEMA_INVALID for what is none of its kind
   */
  put(name: string, text: string): Promise<'created' | 'updated'> {
    return this.#service.put(pathOf(1, this.#kind, name), JSON_MEDIA_TYPE, Buffer.from(text));
  }

  /**
   * @param name of a stored document
   * @throws FastScoreError STREAM_NOT_FOUND, SCHEMA_NOT_FOUND or SENSOR_NOT_FOUND
   */
  remove(name: string): Promise<void> {
    return this.#service.delete(pathOf(1, this.#kind, name));
  }
}
