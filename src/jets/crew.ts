import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { FastScoreError } from '../core/errors.ts';
import { DeathCount } from './death-count.ts';
import type { Jet, JetResult } from './jet.ts';
import { JetGoneError } from './jet-errors.ts';
import type { LaunchOptions } from './launched-jet.ts';
import { launchJet } from './launched-jet.ts';
import type { AskFrame, BatchFrame, EmitForms, EndedFrame, ProgramFrame, StartedModel } from './protocol.ts';

export interface CrewOptions extends LaunchOptions {
  readonly model: Omit<StartedModel, 'file'>;
  /** File name of the source in the directory of each jet. */
  readonly fileName: string;
  /** How many keys a jet may remember between two batches. @default as {@link Jet.load} has it */
  readonly remember?: number | undefined;
  /** True for a crew that takes over a running job: then no `begin` may overwrite the state. */
  readonly joining: boolean;
  /** Form wanted per output slot, as the streams are attached now. */
  emit(): EmitForms;
  readonly onStart: (jet: Jet) => void;
  readonly onStop: (jet: Jet) => void;
  /** A jet that has died is about to be replaced by one with the same number. */
  readonly onRestart: (jet: Jet) => void;
  /** A jet has become idle. */
  readonly onIdle: () => void;
  /** A surplus jet has run `end`; this is what it emitted. */
  readonly onLeft: (result: JetResult) => void;
  /** The model failed outside a batch, an interpreter is missing, or jets die too often. Called once. */
  readonly onFailed: (error: FastScoreError) => void;
}

/**
 * The jets of one model: starts as many as are wanted, replaces those that die, lets surplus ones finish.
 * Jets that start together all finish `begin` before the first of them is handed out.
 */
export class Crew {
  readonly #options: CrewOptions;
  readonly #jets = new Map<number, Jet>();
  readonly #idle: Jet[] = [];
  readonly #restarts = new Map<number, number>();
  readonly #leaving = new Map<Jet, Promise<void>>();
  /** Jets whose program ends or has ended. */
  readonly #dismissed = new Set<Jet>();
  readonly #deaths = new DeathCount();
  #wanted = 0;
  #begun: boolean;
  #closed = false;
  #failed = false;
  #growing: Promise<void> = Promise.resolve();

  constructor(options: CrewOptions) {
    this.#options = options;
    this.#begun = options.joining;
  }

  /** Whether the jets run programs, which ask for their records. */
  get isExplicit(): boolean {
    return this.#options.model.explicit;
  }

  get jets(): readonly Jet[] {
    return [...this.#jets.values()];
  }

  /** How often the jet with this number has been replaced. */
  restarts(number: number): number {
    return this.#restarts.get(number) ?? 0;
  }

  /** Starts or lets go of jets until `wanted` are there. Resolves when new ones are through `begin` and surplus idle ones gone. */
  async scale(wanted: number): Promise<void> {
    this.#wanted = wanted;
    this.#trim();
    this.#grow();
    await this.settled();
  }

  /** Resolves when no jet is starting or leaving. */
  async settled(): Promise<void> {
    await this.#growing;
    await Promise.all(this.#leaving.values());
  }

  /** The jet that has been idle longest; it is the caller's until {@link free} is called with it. */
  takeIdle(): Jet | undefined {
    return this.#idle.shift();
  }

  /** Puts back a jet that was taken and not used. */
  putBack(jet: Jet): void {
    this.#idle.unshift(jet);
  }

  /**
   * @returns null when the jet died: the batch is to be delivered again
   * @throws ModelFailedError
   */
  async run(jet: Jet, batch: BatchFrame): Promise<JetResult | null> {
    try {
      return await jet.run(batch);
    } catch (error) {
      if (error instanceof JetGoneError) return null;
      throw error;
    }
  }

  /**
   * As {@link run}, for the program of an explicit model.
   * @returns null when the jet died
   * @throws ModelFailedError
   */
  async proceed(jet: Jet, frame: ProgramFrame): Promise<AskFrame | EndedFrame | null> {
    try {
      return await jet.proceed(frame);
    } catch (error) {
      if (error instanceof JetGoneError) return null;
      throw error;
    }
  }

  /** Whether a jet with a program is one too many: then its inputs are at their end, for it alone. */
  dismisses(jet: Jet): boolean {
    if (this.#staying > this.#wanted) this.#dismissed.add(jet);
    return this.#dismissed.has(jet);
  }

  /** A program is through; its jet is not replaced. @returns false when the jet had been dismissed */
  retire(jet: Jet): boolean {
    if (this.#dismissed.has(jet)) return false;
    this.#dismissed.add(jet);
    this.#wanted -= 1;
    return true;
  }

  /** A jet whose result has been dealt with is free for the next batch, or leaves when it is surplus. */
  free(jet: Jet): void {
    if (jet.state !== 'idle' || this.#closed) return;
    this.#idle.push(jet);
    this.#trim();
    if (this.#idle.length > 0) this.#options.onIdle();
  }

  /** Runs `end` in every jet, none of which may be busy; `deliver` gets what they emit. The crew is closed then. */
  async end(deliver: (result: JetResult) => void): Promise<void> {
    await this.settled();
    if (this.#closed) return;
    this.#closed = true;
    const jets = this.#idle.splice(0);
    await Promise.all(jets.map(async (jet) => deliver(await jet.end(this.#options.emit()))));
    await this.close();
  }

  /** Resolves when no jet is at work on something that it was given. */
  async rest(): Promise<void> {
    const atWork = this.jets.filter(({ state }) => state === 'busy' || state === 'ending');
    await Promise.all(atWork.map((jet) => jet.done()));
  }

  /** Stops all jets without `end`. Resolves when every process is gone and its directory removed. */
  async close(graceMs = 0): Promise<void> {
    this.#closed = true;
    this.#idle.length = 0;
    await Promise.all(this.jets.map((jet) => jet.stop(graceMs)));
    await this.settled();
    await rm(this.#options.directory, { recursive: true, force: true });
  }

  /** Jets that are neither leaving nor about to. */
  get #staying(): number {
    return this.jets.filter((jet) => !this.#leaving.has(jet) && !this.#dismissed.has(jet)).length;
  }

  #grow(): void {
    this.#growing = this.#growing.then(() => this.#addMissing()).catch((error) => this.#fail(error));
  }

  async #addMissing(): Promise<void> {
    const missing = this.#wanted - this.#staying;
    if (missing <= 0 || this.#closed || this.#failed) return;
    // Beside jets that work one starts after the other, and gets work at once: all at a time would take the processors from those.
    const isAlone = this.#jets.size === 0;
    await this.#addTogether(isAlone ? missing : 1);
    if (!isAlone) await this.#addMissing();
  }

  async #addTogether(count: number): Promise<void> {
    const joining = this.#begun;
    const started = await allButTheDead(Array.from({ length: count }, () => this.#start(joining)));
    const begun = await allButTheDead(started.map((jet) => jet.begin().then(() => jet)));
    if (this.#closed) return;
    for (const jet of begun) {
      this.#options.desk.begun(jet.sandbox, jet.lending);
      this.#idle.push(jet);
    }
    this.#begun ||= begun.length > 0;
    this.#trim();
    if (this.#idle.length > 0) this.#options.onIdle();
  }

  async #start(joining: boolean): Promise<Jet> {
    const { model, fileName, remember, onStart } = this.#options;
    const launched = await launchJet(this.#options);
    const jet = launched.open({
      number: this.#freeNumber(),
      joining,
      onGone: (gone, expected) => this.#gone(gone, expected),
    });
    this.#jets.set(jet.number, jet);
    onStart(jet);
    if (this.#closed) jet.kill();
    await jet.load({ ...model, file: join(launched.directory, fileName) }, remember);
    return jet;
  }

  #freeNumber(): number {
    let number = 1;
    while (this.#jets.has(number)) number += 1;
    return number;
  }

  /** Lets surplus idle jets go, the youngest first. */
  #trim(): void {
    while (this.#staying > this.#wanted && this.#idle.length > 0) {
      this.#letGo(this.#idle.pop() as Jet);
    }
  }

  #letGo(jet: Jet): void {
    const leaving: Promise<void> = jet
      .end(this.#options.emit())
      // One that dies instead has left, too: it had no batch, and nobody waits for it.
      .then(this.#options.onLeft, (error) => (error instanceof JetGoneError ? undefined : this.#fail(error)))
      .then(() => jet.stop())
      .then(() => {
        this.#leaving.delete(jet);
      });
    this.#leaving.set(jet, leaving);
  }

  #gone(jet: Jet, expected: boolean): void {
    this.#jets.delete(jet.number);
    this.#dismissed.delete(jet);
    const idle = this.#idle.indexOf(jet);
    if (idle >= 0) this.#idle.splice(idle, 1);
    this.#options.onStop(jet);
    if (expected || this.#closed || this.#leaving.has(jet)) return;
    const tooMany = this.#deaths.add(jet.lastWords);
    if (tooMany !== null) {
      this.#fail(tooMany);
      return;
    }
    this.#restarts.set(jet.number, this.restarts(jet.number) + 1);
    this.#options.onRestart(jet);
    this.#grow();
  }

  #fail(error: FastScoreError): void {
    if (this.#closed || this.#failed) return;
    this.#failed = true;
    this.#options.onFailed(error);
  }
}

/** What the promises give, without those that failed because their jet died: its replacement is on its way already. */
async function allButTheDead(promises: Promise<Jet>[]): Promise<Jet[]> {
  const results = await Promise.allSettled(promises);
  const jets: Jet[] = [];
  for (const result of results) {
    if (result.status === 'fulfilled') jets.push(result.value);
    else if (!(result.reason instanceof JetGoneError)) throw result.reason;
  }
  return jets;
}
