import { FastScoreError } from '../core/errors.ts';
import type { Key } from '../core/state/key.ts';
import { describeKey } from '../core/state/key.ts';
import type { Jet } from '../jets/jet.ts';
import type { KeyWait } from '../jets/lending/key-waits.ts';
import type { Lendable } from '../jets/protocol.ts';
import { describeJetWork, seconds } from './describe-work.ts';

export interface KeyWatchOptions {
  waits(): readonly KeyWait[];
  jets(): readonly Jet[];
  /** Milliseconds that a jet may wait for a key; infinity: as long as it takes. */
  readonly limitMs: number;
  readonly onLong: (sentence: string) => void;
  /** Called with each look at which a wait is over its limit. */
  readonly onTooLong: (error: FastScoreError) => void;
}

/** Nobody hears of a shorter wait. */
export const LONG_WAIT_MS = 5000;
const LOOK_MS = 1000;

/** Looks from time to time whether jets wait for long for what another one has: that says so once, and may end the run. */
export class KeyWatch {
  readonly #options: KeyWatchOptions;
  #timer: NodeJS.Timeout | undefined;
  /** Holders and what they have, of which has been told. */
  #told = new Set<string>();

  constructor(options: KeyWatchOptions) {
    this.#options = options;
  }

  start(): void {
    this.stop();
    const everyMs = Math.min(LOOK_MS, this.#options.limitMs);
    this.#timer = setInterval(() => this.#look(), everyMs);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#told = new Set();
  }

  #look(): void {
    const { waits, limitMs, onLong, onTooLong } = this.#options;
    const long = waits().filter(({ waiting }) => (waiting[0]?.ms ?? 0) >= Math.min(LONG_WAIT_MS, limitMs));
    const told = this.#told;
    this.#told = new Set(long.map(idOf));
    for (const wait of long) {
      const sentence = this.#describe(wait);
      if (sentence === null) continue;
      if (!told.has(idOf(wait))) onLong(sentence);
      if ((wait.waiting[0]?.ms ?? 0) < limitMs) continue;
      onTooLong(new FastScoreError('TIMED_OUT', `${sentence}; the limit is ${seconds(limitMs)}`));
    }
  }

  /** null when no jet waits, but somebody from outside. */
  #describe({ lent, holder, waiting }: KeyWait): string | null {
    const jets = this.#options.jets();
    const has = jets.find(({ sandbox }) => sandbox === holder);
    const waiters = waiting.flatMap(({ jet }) => jets.find(({ sandbox }) => sandbox === jet)?.number ?? []);
    if (has === undefined || waiters.length === 0) return null;
    const subject = waiters.length === 1 ? `Jet ${waiters[0]} has` : `Jets ${waiters.join(', ')} have`;
    const since = seconds(waiting[0]?.ms ?? 0);
    return `${subject} waited ${since} for ${describeLent(lent)}, which jet ${has.number} has, ${describeJetWork(has)}`;
  }
}

const idOf = ({ lent, holder }: KeyWait): string => `${holder} ${describeLent(lent)}`;

function describeLent(lent: Lendable | Key): string {
  return lent.kind === 'pool' ? `pool '${lent.pool}'` : describeKey(lent);
}
