import type { TapValue } from './aggregate.ts';

interface AnyTap {
  readonly name: string;
  readonly gives: 'numbers' | 'texts' | 'named numbers' | 'named texts';
  /** What of an engine the tap belongs to, such as `slot 0`; its reports end with that. null: the instance. */
  readonly subject: string | null;
  /** Whether what it belongs to is there, so that "nothing has passed" is worth a report. */
  readonly isLive: () => boolean;
}

/** Gives a value each time something happens. */
export interface EventTap extends AnyTap {
  readonly kind: 'events';
  /** @returns a function that ends it */
  readonly open: (onValue: (value: TapValue) => void) => () => void;
}

/** Gives a value when it is asked. */
export interface SampleTap extends AnyTap {
  readonly kind: 'samples';
  /** Levels, such as memory in use, are not added up; amounts since the last sample are. */
  readonly measures: 'levels' | 'amounts';
  /** Reports are to cover at least this time. */
  readonly leastMs: number;
  /** @returns the function to ask; null while there is nothing */
  readonly open: () => () => TapValue | null;
}

export type Tap = EventTap | SampleTap;
