import { asFastScoreError, FastScoreError } from '../core/errors.ts';
import type { SnapshotRepository } from '../core/snapshot/repository.ts';
import { describeCount, describePeriod } from '../model/snapshot-rules.ts';
import type { ControlRecord } from '../streams/types.ts';
import { createDeferred } from '../util/deferred.ts';
import type { LoadedModel } from './load-model.ts';
import type { Measures } from './measures.ts';
import { SnapshotTimer } from './snapshot-timer.ts';
import type { Cut } from './take-snapshot.ts';
import { saveCut } from './take-snapshot.ts';
import type { EngineStatus, SnapshotSummary } from './types.ts';

export interface SnapshotTakerOptions {
  readonly repository: SnapshotRepository;
  readonly measures: Measures;
  /** What is true of state, inputs and outputs at this moment: to be called when no jet has a batch. */
  cut(): Cut;
  /** Calls `look` as soon as no jet has a batch. Rejects when that takes longer than `limitMs`, or than engines wait. */
  atBarrier<T>(look: () => T, limitMs?: number): Promise<T>;
  /** Whether a batch is still in hand for which a snapshot has waited too long. */
  isOverdue(): boolean;
  readonly log: (level: 'warning' | 'error', text: string) => void;
}

export interface SnapshotRequest {
  readonly trigger: string;
  readonly misc?: string | undefined;
  readonly limitMs?: number | undefined;
}

interface Wanted {
  readonly model: LoadedModel;
  readonly trigger: string;
  readonly misc: string | undefined;
}

/** Takes the snapshots of an engine one after the other: those that are asked for, and those of the model's rules. */
export class SnapshotTaker {
  readonly #options: SnapshotTakerOptions;
  #queue: Promise<unknown> = Promise.resolve();
  #timer: SnapshotTimer | null = null;
  #last: EngineStatus['lastSnapshot'] = null;
  /** Grows with each run that ends before its time: what was wanted of it is not to be had of what comes after it. */
  #era = 0;

  constructor(options: SnapshotTakerOptions) {
    this.#options = options;
  }

  /** How the last one went that nobody waited for. */
  get last(): EngineStatus['lastSnapshot'] {
    return this.#last;
  }

  forget(): void {
    this.#last = null;
  }

  /**
   * @param limitMs how long the flow may stand still for it; by default as long as the engine allows
   * @throws FastScoreError MODEL_NOT_LOADED, TIMED_OUT, WRONG_STATE when the run ends before; nothing is saved then
   */
  async take(model: LoadedModel | null, { trigger, misc, limitMs }: SnapshotRequest): Promise<SnapshotSummary> {
    if (model === null) {
      const sentence = 'A snapshot is taken under the name of the loaded model: none is loaded';
      throw new FastScoreError('MODEL_NOT_LOADED', sentence);
    }
    const era = this.#era;
    return this.#inTurn(async () => {
      this.#assertWanted(era);
      const look = (): Cut => {
        this.#assertWanted(era);
        return this.#options.cut();
      };
      return this.#save(await this.#options.atBarrier(look, limitMs), { model, trigger, misc });
    });
  }

  /**
   * A point has come that a rule speaks of, and nothing new is dispatched. Resolves when the state has been captured, and writes on.
   * @param control the control record that stands there; null when records were counted
   * @param barrier resolves when no jet has a batch, rejects when that cannot be waited for
   */
  async takeHere(model: LoadedModel, control: ControlRecord | null, barrier: () => Promise<void>): Promise<void> {
    const { everyRecords, control: isWanted } = model.info.snapshots;
    if (control !== null && !isWanted) {
      this.#options.log('warning', 'A snapshot control record has been ignored: the model has no "snapshots: control"');
      return;
    }
    const trigger = control === null ? describeCount(everyRecords ?? 0) : 'control';
    const captured = createDeferred<void>();
    const era = this.#era;
    const taking = this.#inTurn(async () => {
      // Records shall not wait again for a batch that was waited for in vain.
      if (this.#options.isOverdue()) throw stillOverdue();
      await barrier();
      this.#assertWanted(era);
      const cut = this.#options.cut();
      captured.resolve();
      return this.#save(cut, { model, trigger, misc: control?.misc });
    });
    void this.#noted(taking, trigger).then(captured.resolve);
    await captured.promise;
  }

  /** The run has ended before its time: snapshots that have been asked for are given up. */
  giveUp(): void {
    this.#era += 1;
    this.stop();
  }

  /** From now on snapshots are taken from time to time, if this model says so. @param progress a number that grows with every record */
  start(model: LoadedModel, progress: () => number): void {
    this.stop();
    const { everyMs } = model.info.snapshots;
    if (everyMs === null) return;
    const trigger = describePeriod(everyMs);
    this.#timer = new SnapshotTimer(everyMs, progress, async () => {
      // That has been told.
      if (!this.#options.isOverdue()) await this.#noted(this.take(model, { trigger }), trigger);
    });
  }

  stop(): void {
    this.#timer?.stop();
  }

  /** The end of a run. Resolves when nothing is left to be written. */
  async finish(model: LoadedModel): Promise<void> {
    this.stop();
    if (model.info.snapshots.eof) await this.#noted(this.take(model, { trigger: 'eof' }), 'eof');
    await this.#queue;
  }

  #assertWanted(era: number): void {
    if (era === this.#era) return;
    throw new FastScoreError('WRONG_STATE', 'The snapshot has been given up: the run that it was asked of has ended');
  }

  #inTurn<T>(operation: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(operation);
    this.#queue = result.catch(() => {});
    return result;
  }

  async #save(cut: Cut, { model, trigger, misc }: Wanted): Promise<SnapshotSummary> {
    const { repository, measures } = this.#options;
    const { name } = model.source;
    const options = { repository, model: name, trigger, ...(misc !== undefined && { misc }) };
    const saved = await measures.writing(() => saveCut(cut, options));
    const { keep } = model.info.snapshots;
    if (keep !== null) await repository.prune(name, { keep });
    return saved;
  }

  async #noted(taking: Promise<SnapshotSummary>, trigger: string): Promise<void> {
    try {
      const { id } = await taking;
      this.#last = { id, error: null, trigger };
    } catch (error) {
      const { message } = asFastScoreError(error);
      this.#last = { id: null, error: message, trigger };
      this.#options.log('error', message);
    }
  }
}

function stillOverdue(): FastScoreError {
  const sentence =
    'The snapshot has been given up: a batch is still in hand for which the last one has waited too long';
  return new FastScoreError('TIMED_OUT', sentence, { hint: 'fastscore job status' });
}
