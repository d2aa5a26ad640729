import { FastScoreError } from '../core/errors.ts';
import type { CurrentState } from './current-state.ts';
import { seconds } from './describe-work.ts';
import { assertModelFits, assertSlotFits, missingStream } from './fit.ts';
import type { Job } from './job.ts';
import type { LoadedModel, LoadOptions } from './load-model.ts';
import { discardModel, loadModel } from './load-model.ts';
import type { MessageHub } from './messages.ts';
import type { Pipeline } from './pipeline.ts';
import { Resumption } from './resumption.ts';
import type { SharedState } from './shared-state.ts';
import type { AttachedStream, InputSlot, OutputSlot } from './slots.ts';
import type { SnapshotTaker } from './snapshot-taker.ts';
import { assertAllowed } from './transitions.ts';
import type { ModelReport, ModelSource, RestoreOptions } from './types.ts';
import type { Waits } from './waits.ts';

export interface SetupOptions {
  readonly state: CurrentState;
  readonly hub: MessageHub;
  readonly pipeline: Pipeline;
  readonly shared: SharedState;
  readonly snapshots: SnapshotTaker;
  readonly job: Job;
  readonly waits: Waits;
  readonly load: LoadOptions;
}

/**
 * What a run is made of: the model, the streams in the slots, the state to begin with. Operations that change it come one
 * after the other; whatever makes it complete starts the run.
 */
export class Setup {
  readonly #options: SetupOptions;
  #model: LoadedModel | null = null;
  /** Where the streams of the next run go on; null: they begin. */
  #resumption: Resumption | null = null;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(options: SetupOptions) {
    this.#options = options;
  }

  get model(): LoadedModel | null {
    return this.#model;
  }

  async load(source: ModelSource): Promise<ModelReport> {
    const { state, hub, pipeline, job } = this.#options;
    const model = await this.#inOrder(async () => {
      assertAllowed('load', state.now);
      const loaded = await loadModel(source, this.#options.load);
      const old = this.#model;
      try {
        // The run may have ended meanwhile.
        assertAllowed('load', state.now);
        assertModelFits(loaded, pipeline);
        const useSchemas = pipeline.match(loaded);
        const take = () => {
          useSchemas();
          this.#model = loaded;
        };
        if (state.isFlowing) {
          await this.#swap(loaded, take);
        } else {
          await job.abandonStart();
          take();
        }
      } catch (error) {
        await discardModel(loaded);
        throw error;
      }
      hub.publish({ type: 'engine-config', item: 'model', op: old === null ? 'load' : 'reload' });
      await discardModel(old);
      for (const warning of loaded.report.warnings) hub.log('warning', warning);
      this.#startIfComplete();
      return loaded;
    });
    await job.started();
    return model.report;
  }

  unload(): Promise<void> {
    const { state, hub, shared, job } = this.#options;
    return this.#inOrder(async () => {
      if (this.#model === null) throw new FastScoreError('MODEL_NOT_LOADED', 'Model not loaded');
      assertAllowed('unload', state.now);
      await job.abandonStart();
      await this.#discardModel();
      shared.clear();
      hub.publish({ type: 'engine-config', item: 'model', op: 'unload' });
    });
  }

  async attach(slot: number, stream: { name: string; descriptor: unknown }): Promise<void> {
    const { state, hub, pipeline, job } = this.#options;
    await this.#inOrder(async () => {
      assertAllowed('attach', state.now);
      assertSlotFits(slot, this.#model);
      const replaces = pipeline.get(slot) !== undefined;
      if (!replaces && state.isFlowing) {
        throw new FastScoreError('WRONG_STATE', `Cannot attach a stream to slot ${slot} of a running job: it has none`);
      }
      job.use(await this.#open({ slot, ...stream }));
      hub.publish({ type: 'engine-config', item: 'stream', op: replaces ? 'reattach' : 'attach', ref: slot });
      this.#startIfComplete();
    });
    await job.started();
  }

  detach(slot: number): Promise<void> {
    const { state, hub, pipeline, job } = this.#options;
    return this.#inOrder(async () => {
      if (pipeline.get(slot) === undefined) {
        throw new FastScoreError('STREAM_NOT_ATTACHED', `No stream attached to slot ${slot}`);
      }
      assertAllowed('detach', state.now);
      await job.abandonStart();
      await pipeline.detach(slot);
      hub.publish({ type: 'engine-config', item: 'stream', op: 'detach', ref: slot });
    });
  }

  /** @param force streams are left to themselves: nothing waits until they are closed */
  reset(force: boolean): Promise<void> {
    const { state, hub, pipeline, shared, snapshots, job } = this.#options;
    // A model that hangs in begin must not keep the reset waiting in line.
    const stopped = job.stop();
    return this.#inOrder(async () => {
      await stopped;
      await job.stop();
      // An input that is closed behind the outputs knows what has become of its records.
      for (const { attached } of [...pipeline.outputs.values(), ...pipeline.inputs.values()]) {
        const what = `The stream at slot ${attached.slot}`;
        await this.#closeInTime(what, pipeline.detach(attached.slot), force ? 0 : undefined);
        hub.publish({ type: 'engine-config', item: 'stream', op: 'detach', ref: attached.slot });
      }
      if (this.#model !== null) hub.publish({ type: 'engine-config', item: 'model', op: 'unload' });
      await this.#discardModel();
      shared.clear();
      snapshots.forget();
      this.#resumption = null;
      job.forget();
      state.reset();
    });
  }

  restore(source: AsyncIterable<Buffer>, options: RestoreOptions): Promise<{ id: string; model: string }> {
    const { hub, pipeline, shared } = this.#options;
    const { trust, resume = false } = options;
    return this.#inOrder(async () => {
      const header = await shared.restore(source, { trust, assertAllowed: () => this.#assertRestorable() });
      const { id, model } = header;
      const loaded = this.#model?.source.name ?? model;
      if (loaded !== model) {
        hub.log('warning', `Snapshot ${id} is of model '${model}', the loaded model is '${loaded}'`);
      }
      this.#resumption = resume ? new Resumption(header) : null;
      if (resume) for (const { attached } of pipeline.slots) await this.#open(attached);
      return { id, model };
    });
  }

  async close(): Promise<void> {
    const { pipeline, job } = this.#options;
    await job.close();
    await this.#closeInTime('An output', pipeline.closeOutputs());
    await this.#closeInTime('An input', pipeline.closeInputs());
    await discardModel(this.#model);
  }

  /** Closes streams, or leaves them to themselves. */
  async #closeInTime(what: string, closing: Promise<void>, limitMs?: number): Promise<void> {
    const { hub, waits } = this.#options;
    if (await waits.within('stop', closing, { limitMs })) return;
    hub.log(
      'warning',
      `${what} has not closed within ${seconds(limitMs ?? waits.limitOf('stop'))} and is left to itself`,
    );
  }

  #inOrder<T>(operation: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(operation);
    this.#queue = result.catch(() => {});
    return result;
  }

  #startIfComplete(): void {
    this.#options.job.startIfComplete({ resumed: this.#resumption !== null });
  }

  async #discardModel(): Promise<void> {
    await discardModel(this.#model);
    this.#model = null;
  }

  async #swap(loaded: LoadedModel, take: () => void): Promise<void> {
    const { pipeline, job } = this.#options;
    const missing = missingStream(loaded, pipeline);
    if (missing !== undefined) {
      throw new FastScoreError('WRONG_STATE', `The new model uses slot ${missing}, which has no stream`);
    }
    await job.swap(loaded, take);
  }

  #open(attached: AttachedStream): Promise<InputSlot | OutputSlot> {
    const { hub, pipeline, job } = this.#options;
    return pipeline.attach(attached, {
      model: this.#model,
      resumption: job.hasRun ? null : this.#resumption,
      onWarning: (text) => hub.log('warning', text),
    });
  }

  #assertRestorable(): void {
    const { state, job } = this.#options;
    assertAllowed('restore', state.now);
    if (!job.hasRun) return;
    throw new FastScoreError('WRONG_STATE', 'Cannot restore a snapshot: the jets are starting', {
      hint: 'fastscore engine reset, then restore before the run',
    });
  }
}
