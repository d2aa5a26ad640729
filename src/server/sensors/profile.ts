import type { Engine } from '../../engine/types.ts';
import type { StageCost, StreamCosts } from '../../streams/costs.ts';

/** Counters of a stream by the names of 1.10: seconds, and with `_n` the number of records. Clients read them all. */
export type Profile = Record<string, number>;

/** What the stream at a slot has cost since the last sample; null while there is none. */
export function profileSampler(engine: Engine, slot: number): () => Profile | null {
  let costs = engine.streamCosts(slot);
  let before = costs === null ? null : profileOf(costs, slot);
  return () => {
    const now = engine.streamCosts(slot);
    if (now === null) return null;
    const profile = profileOf(now, slot);
    // Another stream is at the slot now: all that it has cost is new.
    const difference = now === costs && before !== null ? minus(profile, before) : profile;
    costs = now;
    before = profile;
    return difference;
  };
}

function profileOf({ unwrap, wrap, validate }: StreamCosts, slot: number): Profile {
  const nothing = { ms: 0, records: 0 };
  const isInput = slot % 2 === 0;
  return {
    ...counters('unwrap_envelope', unwrap),
    ...counters('wrap_envelope', wrap),
    // Records are looked at one by one here, never while they are still coming in.
    ...counters('validate_streaming', nothing),
    ...counters('validate_input_records', isInput ? validate : nothing),
    ...counters('validate_output_records', isInput ? nothing : validate),
  };
}

function counters(name: string, { ms, records }: Pick<StageCost, 'ms' | 'records'>): Profile {
  return { [name]: ms / 1000, [`${name}_n`]: records };
}

function minus(profile: Profile, before: Profile): Profile {
  return Object.fromEntries(Object.entries(profile).map(([name, value]) => [name, value - (before[name] ?? 0)]));
}
