/** What one stage of a stream has cost since it was opened. */
export class StageCost {
  ms = 0;
  records = 0;

  /** Runs `work`, which deals with many records at once. @param count how many, seen from what came of it */
  time<T>(work: () => T, count: (result: T) => number): T {
    const since = performance.now();
    const result = work();
    this.ms += performance.now() - since;
    this.records += count(result);
    return result;
  }
}

/** Where the time of a stream goes, apart from its transport. */
export interface StreamCosts {
  /** Bytes to records. */
  readonly unwrap: StageCost;
  /** Records to bytes. */
  readonly wrap: StageCost;
  /** Looking at each record: whether its schema, if it has one, allows it. */
  readonly validate: StageCost;
}

export function newStreamCosts(): StreamCosts {
  return { unwrap: new StageCost(), wrap: new StageCost(), validate: new StageCost() };
}
