import type { Readable } from 'node:stream';
import { pathOf } from '../api/paths.ts';
import type { Service } from './service.ts';

/** Media types of archives, as FastScore 1.10 compares them. */
export const ARCHIVE_MEDIA_TYPES = { zip: 'application/zip', tgz: 'application/gzip' } as const;

/** What an attachment may be packed with. */
export type ArchiveType = keyof typeof ARCHIVE_MEDIA_TYPES;

/** An attachment as the catalog keeps it. `size` is in bytes. */
export interface AttachmentInfo {
  readonly name: string;
  readonly type: ArchiveType;
  readonly size: number;
}

/** The archives that belong to models of the catalog. */
export class Attachments {
  readonly #service: Service;

  constructor(service: Service) {
    this.#service = service;
  }

  /**
   * Their names.
   * @param model name of a stored model
   * @throws FastScoreError MODEL_NOT_FOUND
   */
  list(model: string): Promise<string[]> {
    return this.#service.get(pathOf(1, 'model', model, 'attachment'));
  }

  /**
   * @param model name of a stored model
   * @param name of one of its attachments
   * @throws FastScoreError MODEL_NOT_FOUND, ATTACHMENT_NOT_FOUND
   */
  async info(model: string, name: string): Promise<AttachmentInfo> {
    const { headers } = await this.#service.send({ method: 'HEAD', path: pathIn(model, name) });
    const type = headers['content-type'] === ARCHIVE_MEDIA_TYPES.zip ? 'zip' : 'tgz';
    return { name, type, size: Number(headers['content-length'] ?? 0) };
  }

  /**
   * The archive itself.
   * @param model name of a stored model
   * @param name of one of its attachments
   * @throws FastScoreError MODEL_NOT_FOUND, ATTACHMENT_NOT_FOUND
   */
  contents(model: string, name: string): Promise<Readable> {
    return this.#service.open({ method: 'GET', path: pathIn(model, name) });
  }

  /**
   * Stores an archive, or replaces the one of that name.
   * @param model name of a stored model
   * @param name usually that of the file
   * @param type what it is packed with
   * @param body the archive, at most 4 GiB
   * @throws FastScoreError MODEL_NOT_FOUND, BAD_NAME, TOO_LARGE
   */
  async put(model: string, name: string, type: ArchiveType, body: Readable): Promise<'created' | 'updated'> {
    const headers = { 'content-type': ARCHIVE_MEDIA_TYPES[type] };
    const { status } = await this.#service.send({ method: 'PUT', path: pathIn(model, name), headers, body });
    return status === 201 ? 'created' : 'updated';
  }

  /**
   * @param model name of a stored model
   * @param name of one of its attachments
   * @throws FastScoreError MODEL_NOT_FOUND, ATTACHMENT_NOT_FOUND
   */
  remove(model: string, name: string): Promise<void> {
    return this.#service.delete(pathIn(model, name));
  }
}

const pathIn = (model: string, name: string): string => pathOf(1, 'model', model, 'attachment', name);
