import type { Service } from './service.ts';
import { queryOf } from './service.ts';

/** Which libraries models of a language may import, as an engine keeps it: YAML. */
export class Policies {
  readonly #service: Service;

  constructor(service: Service) {
    this.#service = service;
  }

  async get(language: string): Promise<Buffer> {
    const headers = { accept: mediaTypeOf(language) };
    return (await this.#service.send({ method: 'GET', path: '/1/policy', headers })).body;
  }

  /** @param preinstall install the libraries now, and not when a model is loaded */
  async set(language: string, text: Buffer, { preinstall }: { preinstall: boolean }): Promise<void> {
    const path = `/1/policy${queryOf({ preinstall: preinstall || undefined })}`;
    await this.#service.put(path, mediaTypeOf(language), text);
  }
}

const mediaTypeOf = (language: string): string => `application/vnd.fastscore.import-policy-${language}`;
