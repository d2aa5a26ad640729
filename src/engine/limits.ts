/** How long an engine waits for jets and streams, at most, in milliseconds; infinity: as long as it takes. */
export interface Limits {
  /** Until all jets are between two batches, for a snapshot, a pig, or a model that replaces another. Records wait meanwhile. */
  readonly snapshot: number;
  /** Until the jets of a run are through `begin`. Then the run fails. */
  readonly start: number;
  /** Until `scale` has the jets that it wants. Then whoever asked is told, and jets go on to start or leave. */
  readonly scale: number;
  /** Until a key is back that is to be changed from outside. Then it stays as it is. */
  readonly state: number;
  /** Until a jet gets a key that another one has. Then the run fails. */
  readonly key: number;
  /** From the end of the inputs until the jets have done what they have and the outputs have taken it. Then the run fails. */
  readonly end: number;
  /** Until a stream is closed when a job is stopped. Then it is left to itself. */
  readonly stop: number;
  /** Until the next bytes of a frame that a jet has begun to send. Then the jet is ended, and its batch goes to another one. */
  readonly frame: number;
}

export type LimitName = keyof Limits;

/** What may be slow for good reasons has no limit unless somebody sets one. */
export const DEFAULT_LIMITS: Limits = {
  snapshot: 60_000,
  start: Number.POSITIVE_INFINITY,
  scale: 60_000,
  state: 60_000,
  key: Number.POSITIVE_INFINITY,
  end: Number.POSITIVE_INFINITY,
  stop: 30_000,
  frame: 30_000,
};
