import type { ReadStream } from 'node:fs';
import { open as openFile, readdir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { AtomicFileSystem, AtomicWriteOptions } from '../../util/atomic-file.ts';
import { makeDirectory, removeStaleTemporaries, syncDirectory, writeFileAtomically } from '../../util/atomic-file.ts';
import { encodeFileName } from '../../util/file-names.ts';
import { describeSystemError, systemErrorCode } from '../../util/system-error.ts';
import { FastScoreError } from '../errors.ts';
import { countBytes } from './count-bytes.ts';
import { SNAPSHOT_TYPE } from './format.ts';
import { isStoredId } from './id.ts';
import { removeSeals, Seals, TRAILER_BYTES, toldSha256 } from './seals.ts';
import type { SnapshotName } from './snapshot-name.ts';
import { compareSnapshotNames, formatSnapshotName, parseSnapshotName } from './snapshot-name.ts';

/** As the REST API shows it. */
export interface SnapshotInfo {
  readonly id: string;
  /** ISO 8601 in UTC, seconds and Z. */
  readonly created_on: string;
  readonly type: typeof SNAPSHOT_TYPE;
  /** Bytes. */
  readonly size: number;
  /** It stays when old ones are pruned. */
  readonly pinned?: true;
}

export interface ListOptions {
  /** At most so many, the newest ones. */
  readonly count?: number;
  /** Bounds of `created_on`, both included. */
  readonly since?: Date;
  readonly until?: Date;
}

export interface PruneOptions {
  /** So many of the newest ones stay; pinned ones stay and do not count. */
  readonly keep: number;
}

export interface RepositoryOptions {
  readonly fileSystem?: AtomicFileSystem;
  /** For the marks of the snapshots that are saved here. Without one they get none, and none is its own. */
  readonly key?: () => Promise<Buffer>;
}

/** Large enough that the calls cost little, small enough that a step with so many bytes of a snapshot is short. */
const READ_BYTES = 262_144;

/**
 * Snapshots as files, one directory per model: `<directory>/<model>/<created>-<sequence>-<id>.snapshot`. Listing needs names and
 * sizes only. A file under such a name is complete: it was written under a temporary one and synced before. A pinned one has an
 * empty file `<id>.pin` beside it, and one that was saved here the mark of `seals.ts`: others have been put there by hand.
 */
export class SnapshotRepository {
  readonly #directory: string;
  readonly #writeOptions: AtomicWriteOptions;
  readonly #seals: Seals | null;
  /** Snapshots that are being saved. */
  readonly #saving = new Set<{ readonly directory: string; readonly name: SnapshotName }>();
  /** Names are given out one after the other. */
  #lastReservation: Promise<unknown> = Promise.resolve();

  constructor(directory: string, { fileSystem, key }: RepositoryOptions = {}) {
    this.#directory = directory;
    this.#writeOptions = fileSystem === undefined ? {} : { fileSystem };
    this.#seals = key === undefined ? null : new Seals(key);
  }

  /** The snapshots of `model`, newest first. */
  async list(model: string, options: ListOptions = {}): Promise<SnapshotInfo[]> {
    const { count, since, until } = options;
    const directory = this.#modelDirectory(model);
    const names = (await readNames(directory)).filter(({ created }) => {
      const second = Math.floor(created.getTime() / 1000) * 1000;
      return (since === undefined || second >= since.getTime()) && (until === undefined || second <= until.getTime());
    });
    const infos = await Promise.all(names.slice(0, count).map((name) => describe(directory, name)));
    const pins = await readPins(directory);
    return infos.filter((info) => info !== undefined).map((info) => withPin(info, pins));
  }

  /**
   * The one snapshot whose id begins with `prefix`.
   * @throws FastScoreError SNAPSHOT_NOT_FOUND, SNAPSHOT_AMBIGUOUS
   */
  async find(model: string, prefix: string): Promise<SnapshotInfo> {
    const directory = this.#modelDirectory(model);
    const info = await describe(directory, await findName(directory, model, prefix));
    if (info === undefined) throw notFound(model, prefix);
    return withPin(info, await readPins(directory));
  }

  /**
   * The bytes of the snapshot whose id begins with `prefix`, as they are: reading them verifies them.
   * @param range the first and the last of them that are wanted
   */
  async open(model: string, prefix: string, range: { start?: number; end?: number } = {}): Promise<ReadStream> {
    const directory = this.#modelDirectory(model);
    const name = await findName(directory, model, prefix);
    try {
      const handle = await openFile(join(directory, formatSnapshotName(name)), 'r');
      return handle.createReadStream({ highWaterMark: READ_BYTES, ...range });
    } catch (error) {
      if (systemErrorCode(error) === 'ENOENT') throw notFound(model, prefix);
      throw unreadable(`Cannot open snapshot '${name.id}' of model '${model}'`, error);
    }
  }

  /**
   * Writes a snapshot whole or not at all. The order of these calls is the order of age in listings, whatever the clock does.
   * @param source the bytes, see `encodeSnapshot`; they are not verified
   * @throws FastScoreError SNAPSHOT_EXISTS, SNAPSHOT_WRITE_FAILED, BAD_NAME, or what `source` throws if it is a FastScoreError
   */
  async save(
    model: string,
    id: string,
    source: AsyncIterable<Uint8Array>,
    { created = new Date() }: { readonly created?: Date } = {},
  ): Promise<SnapshotInfo> {
    const directory = this.#modelDirectory(model);
    if (!isStoredId(id)) {
      const shown = id.length > 80 ? `${id.slice(0, 80)}...` : id;
      throw new FastScoreError('BAD_NAME', `A snapshot cannot be kept under the id '${shown}'`, {
        hint: 'Use up to 64 letters, digits, hyphens and underscores, and another word than latest',
      });
    }
    const reservation = await this.#reserveInTurn(directory, model, id, created);
    const { name } = reservation;
    const path = join(directory, formatSnapshotName(name));
    const counted = countBytes(source, async (end) => {
      const sha256 = toldSha256(end);
      // Before the snapshot itself, which may be wanted as soon as it is there.
      if (sha256 !== null) await this.#seals?.set(directory, id, { model, sha256 });
    });
    try {
      const size = await writeFileAtomically(path, counted.source, this.#writeOptions);
      return toInfo(name, size);
    } catch (error) {
      // The last step may have failed with the file in place already.
      await unlink(path).catch(() => {});
      await removeSeals(directory, id).catch(() => {});
      throw writeFailed(`Cannot save snapshot '${id}' of model '${model}'`, error, ` after ${counted.size()} bytes`);
    } finally {
      this.#saving.delete(reservation);
    }
  }

  /**
   * Whether a snapshot of the model with this content was saved here, under whatever id, so that what is in it came from engines of this
   * catalog or was trusted.
   * @param sha256 that of what was read
   */
  async isOwn(model: string, sha256: string): Promise<boolean> {
    try {
      return (await this.#seals?.isSet(this.#modelDirectory(model), { model, sha256 })) ?? false;
    } catch (error) {
      if (error instanceof FastScoreError && error.code === 'BAD_NAME') return false;
      throw error;
    }
  }

  /** The SHA-256 that the snapshot with this id tells of itself; null when its end is not that of one. */
  async sha256Of(model: string, id: string, size: number): Promise<string | null> {
    const end: Buffer[] = [];
    for await (const chunk of await this.open(model, id, { start: Math.max(0, size - TRAILER_BYTES) })) {
      end.push(chunk as Buffer);
    }
    return toldSha256(Buffer.concat(end));
  }

  /** Removes the snapshot whose id begins with `prefix`. */
  async remove(model: string, prefix: string): Promise<SnapshotInfo> {
    const directory = this.#modelDirectory(model);
    const name = await findName(directory, model, prefix);
    const info = await describe(directory, name);
    if (info === undefined) throw notFound(model, prefix);
    try {
      await unlink(join(directory, formatSnapshotName(name)));
      await unlink(pinPath(directory, name)).catch(() => {});
      await removeSeals(directory, name.id);
      await syncDirectory(directory);
    } catch (error) {
      if (systemErrorCode(error) === 'ENOENT') throw notFound(model, prefix);
      throw writeFailed(`Cannot remove snapshot '${name.id}' of model '${model}'`, error);
    }
    return info;
  }

  /** Keeps the snapshot whose id begins with `prefix` from being pruned, or lets it go. */
  async pin(model: string, prefix: string, pinned: boolean): Promise<SnapshotInfo> {
    const directory = this.#modelDirectory(model);
    const path = pinPath(directory, await findName(directory, model, prefix));
    try {
      if (pinned) await (await openFile(path, 'a')).close();
      else await unlink(path);
    } catch (error) {
      if (pinned || systemErrorCode(error) !== 'ENOENT') throw writeFailed(`Cannot pin snapshot '${prefix}'`, error);
    }
    return this.find(model, prefix);
  }

  /** Removes the oldest snapshots. @returns those that are gone, newest first */
  async prune(model: string, { keep }: PruneOptions): Promise<SnapshotInfo[]> {
    const infos = (await this.list(model)).filter(({ pinned }) => pinned === undefined);
    const removed: SnapshotInfo[] = [];
    for (const info of infos.slice(keep)) {
      try {
        removed.push(await this.remove(model, info.id));
      } catch (error) {
        // Somebody else has removed it.
        if (!(error instanceof FastScoreError && error.code === 'SNAPSHOT_NOT_FOUND')) throw error;
      }
    }
    return removed;
  }

  #modelDirectory(model: string): string {
    try {
      return join(this.#directory, encodeFileName(model));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      const shown = model.length > 60 ? `${model.slice(0, 60)}...` : model;
      throw new FastScoreError('BAD_NAME', `Model name '${shown}' cannot be used. ${error.message}`);
    }
  }

  #reserveInTurn(directory: string, model: string, id: string, created: Date) {
    const reservation = this.#lastReservation.then(() => this.#reserve(directory, model, id, created));
    this.#lastReservation = reservation.catch(() => {});
    return reservation;
  }

  async #reserve(directory: string, model: string, id: string, created: Date) {
    const taken = [...this.#saving].filter((saving) => saving.directory === directory).map(({ name }) => name);
    try {
      await makeDirectory(directory);
      await removeStaleTemporaries(directory);
      taken.push(...(await readNames(directory)));
    } catch (error) {
      throw writeFailed(`Cannot save snapshot '${id}' of model '${model}'`, error);
    }
    if (taken.some((name) => name.id === id)) {
      throw new FastScoreError('SNAPSHOT_EXISTS', `Model '${model}' has a snapshot '${id}' already`, {
        hint: `Remove that one first: fastscore snapshot remove ${model} ${id}`,
      });
    }
    const sequence = taken.reduce((highest, name) => Math.max(highest, name.sequence), 0) + 1;
    const reservation = { directory, name: { created, sequence, id } };
    this.#saving.add(reservation);
    return reservation;
  }
}

/** Newest first. A model without a directory has no snapshots. */
async function readNames(directory: string): Promise<SnapshotName[]> {
  try {
    const names = (await readdir(directory)).map(parseSnapshotName).filter((name) => name !== undefined);
    return names.sort(compareSnapshotNames);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return [];
    throw unreadable('Cannot list snapshots', error);
  }
}

async function readPins(directory: string): Promise<ReadonlySet<string>> {
  try {
    const pins = (await readdir(directory)).filter((file) => file.endsWith(PIN));
    return new Set(pins.map((file) => file.slice(0, -PIN.length)));
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return new Set();
    throw unreadable('Cannot list snapshots', error);
  }
}

const PIN = '.pin';

const pinPath = (directory: string, { id }: SnapshotName): string => join(directory, `${id}${PIN}`);

const withPin = (info: SnapshotInfo, pins: ReadonlySet<string>): SnapshotInfo =>
  pins.has(info.id) ? { ...info, pinned: true } : info;

async function findName(directory: string, model: string, prefix: string): Promise<SnapshotName> {
  const names = (await readNames(directory)).filter(({ id }) => prefix !== '' && id.startsWith(prefix));
  const [name] = names;
  if (name === undefined) throw notFound(model, prefix);
  // Two processes may import one snapshot at the same moment: then the newest file of that id counts.
  const candidates = [...new Set(names.map(({ id }) => id))];
  const exact = names.find(({ id }) => id === prefix);
  if (exact !== undefined) return exact;
  if (candidates.length > 1) {
    const shown = candidates.length > 10 ? [...candidates.slice(0, 10), '...'] : candidates;
    throw new FastScoreError(
      'SNAPSHOT_AMBIGUOUS',
      `Several snapshots of model '${model}' begin with '${prefix}': ${shown.join(', ')}`,
      { hint: 'Give more characters of the id', details: { candidates } },
    );
  }
  return name;
}

/** Undefined when the file is gone, or is no file. */
async function describe(directory: string, name: SnapshotName): Promise<SnapshotInfo | undefined> {
  try {
    const file = await stat(join(directory, formatSnapshotName(name)));
    return file.isFile() ? toInfo(name, file.size) : undefined;
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw unreadable(`Cannot read snapshot '${name.id}'`, error);
  }
}

function toInfo({ id, created }: SnapshotName, size: number): SnapshotInfo {
  return { id, created_on: `${created.toISOString().slice(0, 19)}Z`, type: SNAPSHOT_TYPE, size };
}

function notFound(model: string, prefix: string): FastScoreError {
  return new FastScoreError('SNAPSHOT_NOT_FOUND', `Model '${model}' has no snapshot '${prefix}'`, {
    hint: `fastscore snapshot list ${model}`,
  });
}

function unreadable(what: string, cause: unknown): FastScoreError {
  return new FastScoreError('FILE_UNREADABLE', `${what}: ${describeSystemError(cause)}`, { cause });
}

function writeFailed(what: string, cause: unknown, where = ''): FastScoreError {
  if (cause instanceof FastScoreError) return cause;
  return new FastScoreError('SNAPSHOT_WRITE_FAILED', `${what}: ${describeSystemError(cause)}${where}`, {
    hint: 'Snapshots that were there before are unchanged',
    cause,
  });
}
