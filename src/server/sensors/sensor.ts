import type { SensorData } from '../../api/pneumo.ts';
import { activate } from './activate.ts';
import type { Aggregator, TapValue } from './aggregate.ts';
import { createAggregator } from './aggregate.ts';
import type { SensorPlan } from './plan.ts';
import { ReportLimit } from './report-limit.ts';
import type { Tap } from './tap.ts';

export interface SensorOptions {
  readonly plan: SensorPlan;
  readonly tap: Tap;
  /** @param deltaS seconds that the report is about */
  readonly onReport: (data: SensorData, deltaS: number) => void;
  /** Rests while nothing happens: then there is one report that says so, and no more. @default false */
  readonly restful?: boolean;
}

/** How often a tap that only answers is asked when reports are due at once. */
const SAMPLE_MS = 1000;

/** A sensor at work: reads its tap when it is active, filters, adds up, reports. */
export class Sensor {
  readonly #options: SensorOptions;
  readonly #aggregator: Aggregator | null;
  readonly #reportMs: number;
  readonly #limit = new ReportLimit();
  readonly #stops: (() => void)[] = [];
  #timer: NodeJS.Timeout | null = null;
  #lastReport = performance.now();

  constructor(options: SensorOptions) {
    const { plan, tap } = options;
    this.#options = options;
    const atOnce = plan.aggregation === null || plan.reportMs === 0;
    this.#aggregator = plan.aggregation === null ? null : createAggregator(plan.aggregation, isLevel(tap));
    this.#reportMs = atOnce ? 0 : Math.max(plan.reportMs, tap.kind === 'samples' ? tap.leastMs : 0);
    const spells = activate(plan.activation);
    this.#stops.push(() => spells.stop());
    if (tap.kind === 'events') {
      this.#stops.push(tap.open((value) => spells.mayRead() && this.#read(value)));
    } else if (plan.activation.type === 'permanent') {
      const sample = tap.open();
      // A report that is due is made of what is then.
      if (this.#reportMs > 0) this.#beforeReport = () => this.#read(sample());
      else this.#every(SAMPLE_MS, () => this.#read(sample()));
    } else {
      const sample = tap.open();
      spells.onSpell(() => this.#read(sample()));
    }
    if (this.#reportMs > 0 && options.restful !== true) this.#startTimer();
  }

  stop(): void {
    for (const stop of this.#stops.splice(0)) stop();
    this.#stopTimer();
  }

  /** Reports what has come together, at once: there may be nothing to report about any more. */
  flush(): void {
    if (this.#aggregator !== null && !this.#aggregator.isEmpty) this.#report();
  }

  #beforeReport = (): void => {};

  #read(value: TapValue | null): void {
    const { filter } = this.#options.plan;
    if (value === null || (filter !== null && typeof value === 'number' && !filter(value))) return;
    if (this.#aggregator === null) {
      this.#tellAtOnce(value);
      return;
    }
    this.#aggregator.add(value);
    if (this.#reportMs === 0) this.#tellAtOnce(this.#aggregator.take());
    else if (this.#timer === null) this.#startTimer();
  }

  #startTimer(): void {
    this.#lastReport = performance.now();
    this.#timer = setInterval(() => this.#tick(), this.#reportMs);
    this.#timer.unref();
  }

  #stopTimer(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  #tick(): void {
    this.#beforeReport();
    const hasNothing = this.#aggregator?.isEmpty ?? true;
    if (!hasNothing || this.#options.tap.isLive()) this.#report();
    if (hasNothing && this.#options.restful === true) this.#stopTimer();
  }

  #report(): void {
    const data = this.#aggregator?.take() ?? this.#nothing();
    if (data !== null) this.#tell(data);
  }

  /** Nothing has passed: a number says so, a list or a text does not. */
  #nothing(): SensorData | null {
    const { plan, tap } = this.#options;
    if (plan.aggregation?.type === 'count') return 0;
    return plan.aggregation?.type === 'sum' && tap.kind === 'events' ? 0 : null;
  }

  #tellAtOnce(data: SensorData | null): void {
    if (data === null) return;
    const leftOut = this.#limit.admit();
    if (leftOut === null) return;
    if (leftOut > 0 && this.#options.tap.gives === 'texts') this.#tell(`(${leftOut} left out)`);
    this.#tell(data);
  }

  #tell(data: SensorData): void {
    const now = performance.now();
    const deltaS = Math.round((now - this.#lastReport) * 1000) / 1_000_000;
    this.#lastReport = now;
    this.#options.onReport(data, deltaS);
  }

  #every(periodMs: number, task: () => void): void {
    const timer = setInterval(task, periodMs);
    timer.unref();
    this.#stops.push(() => clearInterval(timer));
  }
}

function isLevel(tap: Tap): boolean {
  return tap.kind === 'samples' && tap.measures === 'levels';
}
