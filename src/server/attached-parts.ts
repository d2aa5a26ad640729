import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseDisposition } from '../api/disposition.ts';
import { bareMediaType } from '../api/media-types.ts';
import type { Attachments } from '../catalog/attachments.ts';
import { assertName } from '../catalog/names.ts';
import { FastScoreError } from '../core/errors.ts';
import type { ModelAttachment } from '../engine/types.ts';
import type { Part } from './multipart.ts';
import { collectPart } from './multipart.ts';

const URN = 'urn:fastscore:attachment:';

/** The attachments in the body of a model load: the archives themselves, or where they are in the catalog. */
export class AttachedParts {
  readonly #stored: Attachments;
  /** In the order of the parts. */
  readonly #attachments: ((model: string) => Promise<ModelAttachment>)[] = [];
  #folder: string | null = null;

  constructor(stored: Attachments) {
    this.#stored = stored;
  }

  async add(part: Part): Promise<void> {
    const contentType = part.headers.get('content-type') ?? '';
    const { name } = parseDisposition(part.headers.get('content-disposition') ?? '');
    if (bareMediaType(contentType) === 'message/external-body') {
      const reference = parameterOf(contentType, 'ref') ?? parameterOf(contentType, 'name') ?? name;
      if (reference === null) throw new FastScoreError('BAD_INPUT', 'An attachment refers to nothing');
      this.#attachments.push((model) => this.#find(model, reference));
      return;
    }
    const format = formatOf(contentType);
    const known = name ?? 'attachment';
    assertName('attachment', known);
    this.#folder ??= await mkdtemp(join(tmpdir(), 'fastscore-attached-'));
    const path = join(this.#folder, String(this.#attachments.length));
    await writeFile(path, await collectPart(part), { mode: 0o600 });
    this.#attachments.push(async () => ({ name: known, format, path }));
  }

  /** @throws FastScoreError ATTACHMENT_NOT_FOUND, MODEL_NOT_FOUND for what the catalog does not have */
  of(model: string): Promise<ModelAttachment[]> {
    return Promise.all(this.#attachments.map((find) => find(model)));
  }

  async close(): Promise<void> {
    if (this.#folder !== null) await rm(this.#folder, { recursive: true, force: true });
  }

  async #find(model: string, reference: string): Promise<ModelAttachment> {
    if (!reference.startsWith(URN)) return this.#stored.info(model, reference);
    const rest = reference.slice(URN.length);
    // Names may have colons in them: the one that is known says where the other begins.
    if (rest.startsWith(`${model}:`)) return this.#stored.info(model, rest.slice(model.length + 1));
    const colon = rest.indexOf(':');
    return this.#stored.info(rest.slice(0, Math.max(0, colon)), rest.slice(colon + 1));
  }
}

function parameterOf(contentType: string, name: string): string | null {
  return new RegExp(`;\\s*${name}="([^"]*)"`, 'i').exec(contentType)?.[1] ?? null;
}

function formatOf(contentType: string): ModelAttachment['format'] {
  const mediaType = bareMediaType(contentType);
  if (mediaType === 'application/zip') return 'zip';
  if (mediaType === 'application/gzip') return 'tgz';
  throw new FastScoreError('BAD_INPUT', `Content-Type '${contentType.slice(0, 100)}' is not that of an attachment`, {
    hint: 'Attachments are application/zip or application/gzip',
  });
}
