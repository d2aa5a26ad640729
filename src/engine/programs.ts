import type { Crew } from '../jets/crew.ts';
import type { Jet, JetResult } from '../jets/jet.ts';
import type { BatchFrame, EmitForms, ProgramFrame } from '../jets/protocol.ts';

export interface ProgramsOptions {
  crew(): Crew;
  emit(): EmitForms;
  /** What a slot has for a program that reads it; undefined: nothing now. */
  next(slot: number): BatchFrame | 'eof' | undefined;
  /** Whether the outputs take more. */
  hasRoom(): boolean;
  /** Whether nothing new is to be begun. */
  isHeld(): boolean;
  deliver(result: JetResult, batch: BatchFrame | null): void;
  /** The jet of a program has died with a batch that nobody has seen through. */
  readonly onLost: (batch: BatchFrame) => void;
  /** No program computes, or none is left. */
  readonly onRest: () => void;
  readonly onFailed: (error: Error, batch: BatchFrame | null) => void;
}

interface Ask {
  readonly jet: Jet;
  /** null: the program only hands outputs in, and waits until there is room for more. */
  readonly slot: number | null;
  answer(frame: ProgramFrame): void;
}

/**
 * The programs of an explicit model, one in each jet. A program runs by itself; what it reads and writes makes it ask, and
 * while an ask is open the jet rests, so that snapshots and pigs find a point between batches.
 */
export class Programs {
  readonly #options: ProgramsOptions;
  readonly #asks: Ask[] = [];
  #running = 0;
  #isThrough = false;

  constructor(options: ProgramsOptions) {
    this.#options = options;
  }

  /** Every program waits for an answer. */
  get atRest(): boolean {
    return this.#running === this.#asks.length;
  }

  /** No program runs, and at least one has come to its end by itself. */
  get through(): boolean {
    return this.#isThrough && this.#running === 0;
  }

  get running(): number {
    return this.#running;
  }

  /** Starts the program in a jet that is through `begin`, and sees to what it asks for until it ends. */
  async run(jet: Jet): Promise<void> {
    const { emit, deliver, onFailed, onLost, onRest } = this.#options;
    const crew = this.#options.crew();
    let frame: ProgramFrame = { t: 'run', emit: emit() };
    this.#running += 1;
    try {
      for (;;) {
        const batch: BatchFrame | null = frame.t === 'batch' ? frame : null;
        const step = await crew.proceed(jet, frame).catch((error: Error) => {
          onFailed(error, batch);
          return undefined;
        });
        if (step === undefined) return;
        if (step === null) {
          if (batch !== null) onLost(batch);
          return;
        }
        deliver(step, batch);
        if (step.t === 'ended') {
          if (crew.retire(jet)) this.#isThrough = true;
          return;
        }
        const { slot } = step;
        frame = await new Promise<ProgramFrame>((answer) => {
          this.#asks.push({ jet, slot, answer });
          onRest();
        });
      }
    } finally {
      this.#running -= 1;
      onRest();
    }
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

  #answerTo({ jet, slot }: Ask): ProgramFrame | undefined {
    const { crew, emit, hasRoom, isHeld, next } = this.#options;
    if (!hasRoom()) return undefined;
    if (slot === null) return isHeld() ? undefined : { t: 'go', emit: emit() };
    // A surplus jet finishes as at the end of the input.
    const found = crew().dismisses(jet) ? 'eof' : next(slot);
    return found === 'eof' ? { t: 'eof', slot, emit: emit() } : found;
  }
}
