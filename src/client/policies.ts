import type { Service } from './service.ts';
import { queryOf } from './service.ts';

/** Which libraries models of a language may import, as an engine keeps it: YAML. */
export class Policies {
  readonly #service: Service;

  constructor(service: Service) {
    this.#service = service;
  }

  /**
   * @param language `python`, `python3`, `r`, `java` or `c`
   * @returns the text as it was set, empty at first
   */
  async get(language: string): Promise<Buffer> {
    const headers = { accept: mediaTypeOf(language) };
    return (await this.#service.send({ method: 'GET', path: '/1/policy', headers })).body;
  }

  /**
   * Holds for models that are loaded from then on.
   * @param language `python`, `python3`, `r`, `java` or `c`
   * @param text YAML: library and `prohibit`, `warn` or `install`
   * @param options.preinstall install the libraries now, which can be done once, and not when a model is loaded
   * @throws FastScoreError BAD_INPUT, WRONG_STATE
   */
  async set(language: string, text: Buffer, { preinstall }: { preinstall: boolean }): Promise<void> {
    const path = `/1/policy${queryOf({ preinstall: preinstall || undefined })}`;
    await this.#service.put(path, mediaTypeOf(language), text);
  }
}

const mediaTypeOf = (language: string): string => `application/vnd.fastscore.import-policy-${language}`;
