import type { Stats } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { READ_BYTES } from './file-input.ts';
import type { InputTransport, OpenInputTransportOptions } from './transport.ts';

/** How often a file that has nothing new is looked at. */
const FOLLOW_MS = 100;

/** So many bytes before the place where reading goes on have to be the same as when they were read. */
const MARK_BYTES = 1024;

const NOTHING = Buffer.alloc(0);

export interface FollowedFileOptions extends Pick<OpenInputTransportOptions, 'onWarning' | 'onTrouble'> {
  readonly start: number;
  /** What the name stands for now; null when that is no file that could be read. */
  look(): Promise<Stats | null>;
  /** Opens what the name stands for now. */
  open(): Promise<FileHandle>;
}

/**
 * A file that others write on, under its name: when it is cut, it is read from its beginning, and when another file has
 * taken its name, that one is read as soon as it has something and the old one has nothing more.
 */
export class FollowedFile implements InputTransport {
  readonly start: number;
  readonly push = null;
  readonly #options: FollowedFileOptions;
  #handle: FileHandle;
  #position: number;
  /** What lies before the position. */
  #mark: Buffer;
  #hasTrouble = false;
  #isClosed = false;

  private constructor(handle: FileHandle, mark: Buffer, options: FollowedFileOptions) {
    this.#options = options;
    this.#handle = handle;
    this.start = options.start;
    this.#position = options.start;
    this.#mark = mark;
  }

  static async follow(handle: FileHandle, options: FollowedFileOptions): Promise<FollowedFile> {
    const length = Math.min(MARK_BYTES, options.start);
    const mark = Buffer.alloc(length);
    const { bytesRead } = await handle.read(mark, 0, length, options.start - length);
    // SkipTo may lie behind what is there yet.
    return new FollowedFile(handle, bytesRead === length ? mark : NOTHING, options);
  }

  readonly rewind = async (): Promise<void> => {
    this.#beginAgain();
  };

  async read(): Promise<readonly Buffer[] | 'next' | null> {
    while (!this.#isClosed) {
      const found = (await this.#readOn()) ?? (await this.#readOther());
      if (this.#isClosed) break;
      if (found !== null) return found;
      await delay(FOLLOW_MS);
    }
    return null;
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#handle.close();
  }

  /** What the file has now behind the position; null when there is nothing. */
  async #readOn(): Promise<readonly Buffer[] | 'next' | null> {
    const mark = this.#mark;
    const chunk = Buffer.allocUnsafeSlow(mark.length + READ_BYTES);
    const { bytesRead } = await this.#handle.read(chunk, 0, chunk.length, this.#position - mark.length);
    if (!chunk.subarray(0, Math.min(mark.length, bytesRead)).equals(mark)) {
      this.#options.onWarning('has been cut, and is read from its beginning');
      this.#beginAgain();
      return 'next';
    }
    if (bytesRead === mark.length) return null;
    this.#position += bytesRead - mark.length;
    this.#mark = Buffer.from(chunk.subarray(Math.max(0, bytesRead - MARK_BYTES), bytesRead));
    return [chunk.subarray(mark.length, bytesRead)];
  }

  /** Goes over to another file of the same name, if there is one with something in it. */
  async #readOther(): Promise<readonly Buffer[] | 'next' | null> {
    try {
      const there = await this.#options.look();
      if (there === null || there.size === 0 || isSame(there, await this.#handle.stat())) return null;
      const other = await this.#options.open();
      // Whoever writes to the new file has done with the old one: now, if not a moment ago.
      const last = await this.#readOn().catch(() => null);
      if (last !== null || this.#isClosed) {
        await other.close();
        return last;
      }
      const old = this.#handle;
      this.#handle = other;
      this.#beginAgain();
      this.#tellTrouble(null);
      await old.close();
      return 'next';
    } catch (error) {
      if (!this.#isClosed) this.#tellTrouble(`another file has its name now: ${(error as Error).message}`);
      return null;
    }
  }

  #beginAgain(): void {
    this.#position = 0;
    this.#mark = NOTHING;
  }

  #tellTrouble(reason: string | null): void {
    if (reason !== null || this.#hasTrouble) this.#options.onTrouble(reason);
    this.#hasTrouble = reason !== null;
  }
}

function isSame(a: Stats, b: Stats): boolean {
  return a.ino === b.ino && a.dev === b.dev;
}
