import type { FastScoreError } from '../core/errors.ts';

export interface ArchiveLimits {
  readonly members: number;
  /** Unpacked. */
  readonly bytes: number;
  /** How many times as large as the archive its content may be, once it is larger than `bytesOfAnyRatio`. */
  readonly ratio: number;
  readonly bytesOfAnyRatio: number;
}

/** Text that repeats itself takes a twentieth; deflate can make a thousandth of nothing but zeros. */
export const ARCHIVE_LIMITS: ArchiveLimits = {
  members: 100_000,
  bytes: 8 * 1024 ** 3,
  ratio: 100,
  bytesOfAnyRatio: 64 * 1024 ** 2,
};

export type RefuseArchive = (what: string) => FastScoreError;

/** Looks at every member before the first one is written, and at how much there is while it is read. */
export class ArchiveCensus {
  readonly #refuse: RefuseArchive;
  readonly #packedBytes: number;
  readonly #limits: ArchiveLimits;
  #members = 0;
  #bytes = 0;

  constructor(refuse: RefuseArchive, packedBytes: number, limits: ArchiveLimits) {
    this.#refuse = refuse;
    this.#packedBytes = packedBytes;
    this.#limits = limits;
  }

  /** @param size what the archive says of it */
  countMember(path: string, size: number, isPlain: boolean): void {
    const shown = JSON.stringify(path.slice(0, 100));
    const isAway = /^(?:[/\\]|[a-z]:)/i.test(path) || path.split(/[/\\]/).includes('..') || path.includes('\0');
    if (isAway) throw this.#refuse(`has a member that leads out of its folder: ${shown}`);
    if (!isPlain) throw this.#refuse(`has a member that is no plain file and no folder: ${shown}`);
    this.#members += 1;
    this.#bytes += size;
    const { members } = this.#limits;
    if (this.#members > members) throw this.#refuse(`has more than ${members} members`);
    this.assertSize(this.#bytes);
  }

  /** @param bytes of its content, or of what its compression holds */
  assertSize(bytes: number): void {
    const { bytes: most, ratio, bytesOfAnyRatio } = this.#limits;
    if (bytes > most) throw this.#refuse(`has more than ${most} bytes unpacked`);
    if (bytes > bytesOfAnyRatio && bytes > ratio * this.#packedBytes) {
      throw this.#refuse(`would be more than ${ratio} times as large unpacked`);
    }
  }
}
