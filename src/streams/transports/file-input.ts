import type { FileHandle } from 'node:fs/promises';
import type { InputTransport } from './transport.ts';

export const READ_BYTES = 256 * 1024;

/** A file from a place on, up to its end. */
export class FileInput implements InputTransport {
  readonly start: number;
  readonly push = null;
  readonly rewind: (() => Promise<void>) | null;
  readonly #handle: FileHandle;
  /** null for a device, which is read on and on. */
  #position: number | null;
  #closed: Promise<void> | null = null;

  constructor(handle: FileHandle, start: number, { isSeekable }: { isSeekable: boolean }) {
    this.#handle = handle;
    this.start = start;
    this.#position = isSeekable ? start : null;
    this.rewind = isSeekable
      ? async () => {
          this.#position = 0;
        }
      : null;
  }

  async read(): Promise<readonly Buffer[] | null> {
    if (this.#closed !== null) return null;
    const chunk = Buffer.allocUnsafeSlow(READ_BYTES);
    const { bytesRead } = await this.#handle.read(chunk, 0, READ_BYTES, this.#position);
    if (bytesRead === 0) return null;
    if (this.#position !== null) this.#position += bytesRead;
    return [bytesRead === READ_BYTES ? chunk : chunk.subarray(0, bytesRead)];
  }

  close(): Promise<void> {
    this.#closed ??= this.#handle.close();
    return this.#closed;
  }
}
