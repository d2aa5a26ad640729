import type { Readable } from 'node:stream';
import { pathOf } from '../api/paths.ts';
import type { Service } from './service.ts';

/** Media types of archives, as FastScore 1.10 compares them. */
export const ARCHIVE_MEDIA_TYPES = { zip: 'application/zip', tgz: 'application/gzip' } as const;

export type ArchiveType = keyof typeof ARCHIVE_MEDIA_TYPES;

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

  /** Their names. */
  list(model: string): Promise<string[]> {
    return this.#service.get(pathOf(1, 'model', model, 'attachment'));
  }

  async info(model: string, name: string): Promise<AttachmentInfo> {
    const { headers } = await this.#service.send({ method: 'HEAD', path: pathIn(model, name) });
    const type = headers['content-type'] === ARCHIVE_MEDIA_TYPES.zip ? 'zip' : 'tgz';
    return { name, type, size: Number(headers['content-length'] ?? 0) };
  }

  contents(model: string, name: string): Promise<Readable> {
    return this.#service.open({ method: 'GET', path: pathIn(model, name) });
  }

  async put(model: string, name: string, type: ArchiveType, body: Readable): Promise<'created' | 'updated'> {
    const headers = { 'content-type': ARCHIVE_MEDIA_TYPES[type] };
    const { status } = await this.#service.send({ method: 'PUT', path: pathIn(model, name), headers, body });
    return status === 201 ? 'created' : 'updated';
  }

  remove(model: string, name: string): Promise<void> {
    return this.#service.delete(pathIn(model, name));
  }
}

const pathIn = (model: string, name: string): string => pathOf(1, 'model', model, 'attachment', name);
