import type { Crew } from '../jets/crew.ts';
import type { Jet, JetResult } from '../jets/jet.ts';
import type { BatchFrame, EmitForms, ProgramFrame } from '../jets/protocol.ts';
import type { OutputStream } from '../streams/types.ts';

export interface ProgramsOptions {
  crew(): Crew;
  emit(): EmitForms;
  /** What a slot has for a program that reads it; undefined: nothing now. */
  next(slot: number): BatchFrame | 'eof' | undefined;
  /** Whether the outputs take more. */
  hasRoom(): boolean;
  /** Whether there is an input that a program might read. */
  hasInputs(): boolean;
  /** Whether nothing new is to be begun. */
  isHeld(): boolean;
  /** @returns the streams that got something */
  deliver(result: JetResult, batch: BatchFrame | null): OutputStream[];
  /** A batch has been seen through. @param outputs that have been given something since it was read */
  onDone(batch: BatchFrame, outputs: readonly OutputStream[]): void;
  /** The jet of a program has died with a batch that nobody has seen through. */
  readonly onLost: (batch: BatchFrame) => void;
  /** No program computes, or none is left. */
  readonly onRest: () => void;
  readonly onFailed: (error: Error, batch: BatchFrame | null) => void;
}

/** What a program has read and not seen through, with the streams that it has written to since. */
interface Held {
  readonly batch: BatchFrame;
  readonly outputs: Set<OutputStream>;
}

interface Ask {
  readonly jet: Jet;
  /** null: the program only hands outputs in, and waits until there is room for more. */
  readonly slot: number | null;
  /** Until when the program may go on with the batch that it has read; null when it has none. */
  readonly busyUntil: number | null;
  /** 'stop': the program is not wanted any more. */
  answer(frame: ProgramFrame | 'stop'): void;
}

/** How long a program may go on with a batch when nothing new is to be begun: it might write for ever. */
const BATCH_GRACE_MS = 3000;

/** How long a program that is not wanted any more may write without reading, which would tell it. */
const WRITING_GRACE_MS = 3000;

/**
 * The programs of an explicit model, one in each jet. A program runs by itself; what it reads and writes makes it ask, and
 * while an ask is open the jet rests, so that snapshots and pigs find a point between batches.
 */
export class Programs {
  readonly #options: ProgramsOptions;
  readonly #asks: Ask[] = [];
  /** When programs that are not wanted any more were first seen to write on; infinity once they have been told. */
  readonly #writingSince = new WeakMap<Jet, number>();
  /** What each program has read and not turned into outputs or state yet, by slot. */
  readonly #inHand = new Set<Map<number, BatchFrame>>();
  #running = 0;
  #isThrough = false;

  constructor(options: ProgramsOptions) {
    this.#options = options;
  }

  /** Every program waits for an answer, and none is in the middle of a batch. */
  get atRest(): boolean {
    return this.#running === this.#asks.length && !this.#asks.some((ask) => this.#goesOn(ask));
  }

  /** No program runs, and at least one has come to its end by itself. */
  get through(): boolean {
    return this.#isThrough && this.#running === 0;
  }

  get running(): number {
    return this.#running;
  }

  /** Batches that programs have read and done nothing with yet. */
  get inHand(): BatchFrame[] {
    return [...this.#inHand].flatMap((batches) => [...batches.values()]);
  }

  /** Starts the program in a jet that is through `begin`, and sees to what it asks for until it ends. */
  async run(jet: Jet): Promise<void> {
    const inHand = new Map<number, BatchFrame>();
    this.#inHand.add(inHand);
    this.#running += 1;
    try {
      await this.#see(jet, inHand);
    } finally {
      this.#running -= 1;
      this.#inHand.delete(inHand);
      this.#options.onRest();
    }
  }

  /** The programs that end from now on are those of a model that is being replaced: the run does not end with them. */
  replaced(): void {
    this.#isThrough = false;
  }

  /** Answers the asks that can be answered, the oldest first. */
  serve(): void {
    for (const ask of [...this.#asks]) {
      const frame = this.#answerTo(ask);
      if (frame === undefined) continue;
      this.#asks.splice(this.#asks.indexOf(ask), 1);
      ask.answer(frame);
    }
  }

  async #see(jet: Jet, inHand: Map<number, BatchFrame>): Promise<void> {
    const { emit, deliver, onDone, onFailed, onLost, onRest } = this.#options;
    const crew = this.#options.crew();
    /** What the program has read last from each slot: it is seen through when the program reads there again. */
    const held = new Map<number, Held>();
    const seeThrough = ({ batch, outputs }: Held): void => onDone(batch, [...outputs]);
    let last: BatchFrame | null = null;
    let stores = jet.counts.stores;
    let busyUntil: number | null = null;
    let frame: ProgramFrame | 'stop' = { t: 'run', emit: emit() };
    while (frame !== 'stop') {
      if (frame.t === 'batch') {
        last = frame;
        held.set(frame.slot, { batch: frame, outputs: new Set() });
        inHand.set(frame.slot, frame);
        busyUntil = performance.now() + BATCH_GRACE_MS;
      }
      const step = await crew.proceed(jet, frame).catch((error: Error) => {
        onFailed(error, last);
        return undefined;
      });
      if (step === undefined) return;
      if (step === null) {
        for (const { batch } of held.values()) onLost(batch);
        return;
      }
      const written = deliver(step, last);
      for (const { outputs } of held.values()) for (const output of written) outputs.add(output);
      if (step.t === 'ended') {
        for (const batch of held.values()) seeThrough(batch);
        if (crew.retire(jet)) this.#isThrough = true;
        return;
      }
      const { slot } = step;
      if (step.outputs.length > 0 || jet.counts.stores > stores) inHand.clear();
      stores = jet.counts.stores;
      if (slot !== null) {
        const through = held.get(slot);
        if (through !== undefined) seeThrough(through);
        held.delete(slot);
        inHand.delete(slot);
        busyUntil = null;
      }
      frame = await new Promise<ProgramFrame | 'stop'>((answer) => {
        this.#asks.push({ jet, slot, busyUntil, answer });
        onRest();
      });
    }
    await jet.stop();
  }

  /** Whether a program is about to write more of what comes of its batch. */
  #goesOn({ busyUntil }: Ask): boolean {
    return busyUntil !== null && performance.now() < busyUntil && this.#options.hasRoom();
  }

  #answerTo(ask: Ask): ProgramFrame | 'stop' | undefined {
    const { jet, slot } = ask;
    const { crew, emit, hasRoom, isHeld, next } = this.#options;
    if (!hasRoom()) return undefined;
    const isDismissed = crew().dismisses(jet);
    if (slot === null) {
      if (isDismissed && this.#writesForEver(jet)) return 'stop';
      return isHeld() && !isDismissed && !this.#goesOn(ask) ? undefined : { t: 'go', emit: emit() };
    }
    // A surplus jet finishes as at the end of the input.
    if (isDismissed) this.#writingSince.set(jet, Number.POSITIVE_INFINITY);
    const found = isDismissed ? 'eof' : next(slot);
    return found === 'eof' ? { t: 'eof', slot, emit: emit() } : found;
  }

  #writesForEver(jet: Jet): boolean {
    const now = performance.now();
    const since = this.#writingSince.get(jet) ?? now;
    this.#writingSince.set(jet, since);
    return now - since >= (this.#options.hasInputs() ? WRITING_GRACE_MS : 0);
  }
}
