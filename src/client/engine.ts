import { Readable } from 'node:stream';
import { formatDisposition } from '../api/disposition.ts';
import type { Interpreters } from '../api/interpreters.ts';
import { formatInterpreters, INTERPRETERS_HEADER } from '../api/interpreters.ts';
import { BYTES_MEDIA_TYPE, JSON_MEDIA_TYPE, modelMediaType, SCHEMA_MEDIA_TYPE } from '../api/media-types.ts';
import { multipartMediaType, newBoundary, writeMultipart } from '../api/multipart.ts';
import { pathOf, statePath } from '../api/paths.ts';
import type {
  ActiveModelInfo,
  ActiveStreamInfo,
  EngineStateInfo,
  JobStatistics,
  JobStatus,
  SnapshotInfo,
  StateInfo,
  VerifyInfo,
} from '../api/shapes.ts';
import { FastScoreError } from '../core/errors.ts';
import type { Key } from '../core/state/key.ts';
import type { ArchiveType } from './attachments.ts';
import { ARCHIVE_MEDIA_TYPES } from './attachments.ts';
import type { Reply } from './call.ts';
import { EngineFiles } from './engine-files.ts';
import { EngineJobs } from './engine-jobs.ts';
import type { Service } from './service.ts';
import { queryOf } from './service.ts';
import { ENGINE_WAIT_MS, withWait } from './with-wait.ts';

/** Schemas that go along with a model: JSON values by name. They win over the catalog's. */
export type EmbeddedSchemas = ReadonlyMap<string, unknown>;

/** What goes along with a model. */
export interface ModelCompany {
  readonly schemas?: EmbeddedSchemas | undefined;
  /** Names of attachments that the catalog keeps for the model, which the engine fetches itself; or archives. */
  readonly attachments?: readonly (string | Archive)[] | undefined;
  /** The job that it is for, see `jobs.claim`: refused when the engine is another one's by then. */
  readonly job?: string | undefined;
}

/** An attachment that is nowhere in the catalog. */
export interface Archive {
  readonly name: string;
  readonly type: ArchiveType;
  readonly contents: AsyncIterable<Uint8Array>;
}

/** One engine. */
export class EngineClient {
  /** (2.0) What `engine put` gives it. */
  readonly files: EngineFiles;
  /** (2.0) Who has it, and who waits for it. */
  readonly jobs: EngineJobs;
  readonly #service: Service;
  readonly #namedInterpreters: () => Promise<Interpreters | null>;

  /** @param namedInterpreters those that are to run the models which are sent; null: the engine chooses */
  constructor(service: Service, namedInterpreters: () => Promise<Interpreters | null> = async () => null) {
    this.#service = service;
    this.#namedInterpreters = namedInterpreters;
    this.files = new EngineFiles(service);
    this.jobs = new EngineJobs(service);
  }

  /**
   * Dry run of `loadModel`.
   * @param name that its snapshots get
   * @param mtype `python`, `python3` or `R`
   * @throws FastScoreError MODEL_INVALID, MODEL_SYNTAX, SCHEMA_NOT_FOUND, INTERPRETER_MISSING, ...
   */
  async verifyModel(name: string, mtype: string, source: Buffer, company: ModelCompany = {}): Promise<VerifyInfo> {
    const reply = await this.#sendModel({ name, mtype, source, ...company, dryRun: true });
    return this.#service.parse(reply, '/1/job/model');
  }

  /**
   * Loads a model, or replaces the running one without stopping the flow.
   * @param name that its snapshots get
   * @param mtype `python`, `python3` or `R`
   * @throws FastScoreError as `verifyModel`; WRONG_STATE in FINISHED and ERROR
   */
  async loadModel(name: string, mtype: string, source: Buffer, company: ModelCompany = {}): Promise<void> {
    await this.#sendModel({ name, mtype, source, ...company, dryRun: false });
  }

  /** @throws FastScoreError MODEL_NOT_LOADED, WRONG_STATE outside of INIT */
  unloadModel(): Promise<void> {
    return this.#service.delete('/2/active/model');
  }

  /** null when no model is loaded. */
  async activeModel(): Promise<ActiveModelInfo | null> {
    try {
      return await this.#service.get<ActiveModelInfo>('/2/active/model');
    } catch (error) {
      if (error instanceof FastScoreError && error.code === 'MODEL_NOT_LOADED') return null;
      throw error;
    }
  }

  /** By slot. */
  activeStreams(): Promise<ActiveStreamInfo[]> {
    return this.#service.get('/2/active/stream');
  }

  /**
   * Dry run of `attachStream`.
   * @param slot even for an input, odd for an output
   * @param name under which it is shown
   * @param descriptor a JSON object, see docs/streams.md
   * @param apart whether it is for a model that is still to be loaded, and need not go with the one that is
   * @returns the engine's internal form of the descriptor
   * @throws FastScoreError BAD_DESCRIPTOR, SCHEMA_NOT_FOUND
   */
  async verifyStream(slot: number, name: string, descriptor: unknown, apart = false): Promise<unknown> {
    const reply = await this.#sendStream({ slot, name, descriptor, query: { 'dry-run': true, apart } });
    return this.#service.parse(reply, '/2/active/stream');
  }

  /**
   * Attaches a stream, or replaces the one in that slot. The engine starts when a model is loaded and has its streams.
   * @param slot even for an input, odd for an output
   * @param name under which it is shown
   * @param descriptor a JSON object, see docs/streams.md
   * @param job that it is for, see `jobs.claim`
   * @throws FastScoreError BAD_DESCRIPTOR, SCHEMA_NOT_FOUND, STREAM_FAILED, WRONG_STATE
   */
  async attachStream(slot: number, name: string, descriptor: unknown, job?: string): Promise<void> {
    await this.#sendStream({ slot, name, descriptor, query: { 'dry-run': false, job } });
  }

  /**
   * @param slot the engine must be in INIT
   * @throws FastScoreError STREAM_NOT_ATTACHED, WRONG_STATE
   */
  detachStream(slot: number): Promise<void> {
    return this.#service.delete(pathOf(2, 'active', 'stream', slot));
  }

  /**
   * @param jets how many are wanted; 0 stops the flow of records until there are some again
   * @param waitMs (2.0) how long to wait until they have started or left; by default as long as the engine is set to
   * @throws FastScoreError BAD_COUNT, WRONG_STATE, TIMED_OUT
   */
  async scale(jets: number, waitMs?: number): Promise<void> {
    await this.#service.post(withWait('/2/active/model/scale', waitMs), jets, waitMs ?? ENGINE_WAIT_MS);
  }

  /**
   * The engine's state, in lower case: `init`, `running`, `paused`, `pigging`, `finishing`, `finished` or `error`.
   * @param wait (2.0) answer when the state is not `while` any more, at the latest after `waitMs` milliseconds
   */
  async state(wait?: { while: string; waitMs: number }): Promise<string> {
    const query = wait === undefined ? '' : queryOf({ while: wait.while, wait: wait.waitMs / 1000 });
    const { state } = await this.#service.get<EngineStateInfo>(`/2/engine/state${query}`, wait?.waitMs);
    return state.toLowerCase();
  }

  /**
   * From RUNNING to PAUSED; in INIT it is kept for the start.
   * @throws FastScoreError WRONG_STATE
   */
  async pause(): Promise<void> {
    await this.#service.post('/2/engine/pause');
  }

  /**
   * From PAUSED to RUNNING; in INIT it takes back `pause`.
   * @throws FastScoreError WRONG_STATE
   */
  async unpause(): Promise<void> {
    await this.#service.post('/2/engine/unpause');
  }

  /**
   * From any state to INIT: the model is unloaded, all streams are detached, cells and pools are empty, one jet is wanted.
   * @param options.force (2.0) do not wait until streams have written what they have
   */
  async reset({ force }: { force?: boolean | undefined } = {}): Promise<void> {
    await this.#service.post(`/2/engine/reset${queryOf({ force: force || undefined })}`, undefined, ENGINE_WAIT_MS);
  }

  /**
   * Replaces the engine's whole state by that of a snapshot, or changes nothing.
   * @param options.trust accept values that only one language can open from a snapshot the catalog does not know
   * @param options.resume the next run goes on where the snapshot was taken
   */
  async restore(
    contents: Readable | Buffer,
    options: { trust?: boolean | undefined; resume?: boolean | undefined } = {},
  ): Promise<void> {
    const { trust, resume } = options;
    const path = `/1/job/state${queryOf({ trust: trust || undefined, resume: resume || undefined })}`;
    await this.#service.send({ method: 'PUT', path, headers: { 'content-type': BYTES_MEDIA_TYPE }, body: contents });
  }

  /** State, model, slots, jets, counts, rejected records, the reason of a failure. */
  status(): Promise<JobStatus> {
    return this.#service.get('/1/job/status');
  }

  /** (2.0) What has gone through in this run, or since `resetStatistics`. */
  statistics(): Promise<JobStatistics> {
    return this.#service.get('/1/job/statistics');
  }

  /** (2.0) From now on `statistics` counts from zero. */
  resetStatistics(): Promise<void> {
    return this.#service.delete('/1/job/statistics');
  }

  /**
   * Delivers one body to the REST stream of an input slot.
   * @param slot an even number
   * @param body one record, or a chunk when the stream is chunked
   * @throws FastScoreError WRONG_STREAM, STREAM_NOT_ATTACHED
   */
  async input(slot: number, body: Buffer): Promise<void> {
    const path = pathOf(1, 'job', 'input', slot);
    await this.#service.send({ method: 'POST', path, headers: { 'content-type': BYTES_MEDIA_TYPE }, body });
  }

  /**
   * Next record of the REST stream of an output slot.
   * @param slot an odd number
   * @param job (2.0) whose output it must be
   * @returns `empty` when none came within half a second, `eof` when none will come any more
   * @throws FastScoreError WRONG_STREAM, STREAM_NOT_ATTACHED, WRONG_STATE
   */
  async output(slot: number, job?: string): Promise<Buffer | 'empty' | 'eof'> {
    const path = `${pathOf(1, 'job', 'output', slot)}${queryOf({ job })}`;
    const reply = await this.#service.send({ method: 'GET', path });
    if (reply.status === 202) return 'empty';
    return reply.status === 204 ? 'eof' : reply.body;
  }

  /**
   * Up to `count` records of a stream, read apart from any run: what comes within 5 s.
   * @param descriptor a JSON object, see docs/streams.md
   * @throws FastScoreError BAD_DESCRIPTOR, STREAM_FAILED
   */
  async sample(descriptor: unknown, count: number): Promise<Buffer[]> {
    const path = `/1/stream/sample${queryOf({ n: count })}`;
    const records = this.#service.parse<string[]>(await this.#service.post(path, descriptor), path);
    return records.map((record) => Buffer.from(record, 'base64'));
  }

  /**
   * How fast a stream can be read, measured for 2 s apart from any run.
   * @param descriptor a JSON object, see docs/streams.md
   * @returns records (`rps`) and megabytes (`mbps`) per second
   * @throws FastScoreError BAD_DESCRIPTOR, STREAM_FAILED
   */
  async rate(descriptor: unknown): Promise<{ rps: number; mbps: number }[]> {
    const path = '/1/stream/rate';
    return this.#service.parse(await this.#service.post(path, descriptor), path);
  }

  /**
   * (2.0) Takes a snapshot now, under the name of the loaded model.
   * @param misc a note that is kept in it
   * @param waitMs how long records may wait for it; by default as long as the engine is set to
   * @throws FastScoreError MODEL_NOT_LOADED, SNAPSHOT_WRITE_FAILED; TIMED_OUT or WRONG_STATE when it is given up
   */
  async createSnapshot(misc?: string | undefined, waitMs?: number): Promise<SnapshotInfo & { model: string }> {
    const body = misc === undefined ? undefined : { misc };
    const path = withWait('/2/active/snapshot', waitMs);
    const reply = await this.#service.post(path, body, waitMs ?? ENGINE_WAIT_MS);
    return this.#service.parse(reply, '/2/active/snapshot');
  }

  /** (2.0) All keys, or those of a kind, or of one cell or pool by name. */
  stateList(filter: { kind?: 'cell' | 'item' | undefined; name?: string | undefined } = {}): Promise<StateInfo[]> {
    return this.#service.get(`/2/active/state${queryOf(filter)}`);
  }

  /**
   * (2.0) One cell, or one item of a pool.
   * @throws FastScoreError STATE_KEY_NOT_FOUND
   */
  stateGet(key: Key): Promise<StateInfo> {
    return this.#service.get(statePath(key));
  }

  /**
   * (2.0)
   * @param key a cell, or an item of a pool
   * @param json JSON text; every digit of it is kept
   * @param waitMs how long to wait for a jet that has the key; by default as long as the engine is set to
   * @throws FastScoreError BAD_INPUT, TIMED_OUT
   */
  async stateSet(key: Key, json: string, waitMs?: number): Promise<void> {
    const path = withWait(statePath(key), waitMs);
    await this.#service.put(path, JSON_MEDIA_TYPE, Buffer.from(json), waitMs ?? ENGINE_WAIT_MS);
  }

  /**
   * (2.0)
   * @param key a cell, or an item of a pool
   * @param waitMs as for `stateSet`
   * @throws FastScoreError STATE_KEY_NOT_FOUND, TIMED_OUT
   */
  stateDelete(key: Key, waitMs?: number): Promise<void> {
    return this.#service.delete(withWait(statePath(key), waitMs), waitMs ?? ENGINE_WAIT_MS);
  }

  async #sendModel(
    model: ModelCompany & {
      readonly name: string;
      readonly mtype: string;
      readonly source: Buffer;
      readonly dryRun: boolean;
    },
  ): Promise<Reply> {
    const { schemas = new Map<string, unknown>(), attachments = [], job } = model;
    const path = `/1/job/model${queryOf({ 'dry-run': model.dryRun, job })}`;
    const disposition = formatDisposition('x-model', model.name);
    const contentType = modelMediaType(model.mtype);
    const interpreters = await this.#namedInterpreters();
    const named = interpreters === null ? {} : { [INTERPRETERS_HEADER]: formatInterpreters(interpreters) };
    if (schemas.size === 0 && attachments.length === 0) {
      const headers = { 'content-type': contentType, 'content-disposition': disposition, ...named };
      return this.#service.send({ method: 'PUT', path, headers, body: model.source });
    }
    const boundary = newBoundary();
    const attachmentParts = attachments.map((attachment) =>
      typeof attachment === 'string'
        ? {
            disposition: formatDisposition('attachment', attachment),
            contentType: 'message/external-body; access-type=x-model-manage',
            body: Buffer.alloc(0),
          }
        : {
            disposition: formatDisposition('attachment', attachment.name),
            contentType: ARCHIVE_MEDIA_TYPES[attachment.type],
            body: attachment.contents,
          },
    );
    const schemaParts = [...schemas].map(([name, schema]) => ({
      disposition: formatDisposition('x-schema', name),
      contentType: SCHEMA_MEDIA_TYPE,
      body: Buffer.from(JSON.stringify(schema)),
    }));
    const body = Readable.from(
      writeMultipart([...attachmentParts, ...schemaParts, { disposition, contentType, body: model.source }], boundary),
    );
    const headers = { 'content-type': multipartMediaType(boundary), ...named };
    return this.#service.send({ method: 'PUT', path, headers, body });
  }

  #sendStream(stream: {
    readonly slot: number;
    readonly name: string;
    readonly descriptor: unknown;
    readonly query: Parameters<typeof queryOf>[0];
  }): Promise<Reply> {
    return this.#service.send({
      method: 'PUT',
      path: `${pathOf(2, 'active', 'stream', stream.slot)}${queryOf(stream.query)}`,
      headers: {
        'content-type': JSON_MEDIA_TYPE,
        'content-disposition': formatDisposition('x-stream', stream.name),
      },
      body: Buffer.from(JSON.stringify(stream.descriptor)),
    });
  }
}
