import type { Engine, EngineStatus } from '../../engine/types.ts';
import type { SampleTap } from './tap.ts';

/** For how many seconds jets have had records in hand while nothing has passed anywhere; 0 while all goes on. */
export function deadlockTap(engine: Engine): SampleTap {
  return {
    kind: 'samples',
    measures: 'levels',
    name: 'manifold.deadlock',
    gives: 'numbers',
    subject: null,
    leastMs: 0,
    isLive: () => true,
    open: () => stillness(() => engine.status()),
  };
}

function stillness(look: () => EngineStatus): () => number {
  let before = passed(look());
  let since = performance.now();
  return () => {
    const status = look();
    const now = passed(status);
    const isBusy = status.state === 'running' && status.jets.some(({ state }) => state === 'busy');
    if (!isBusy || now !== before) since = performance.now();
    before = now;
    return isBusy ? Math.round(performance.now() - since) / 1000 : 0;
  };
}

/** Grows with every batch that passes a slot or a jet. */
function passed({ slots, jets }: EngineStatus): number {
  const atSlots = slots.reduce((sum, { records }) => sum + records, 0);
  return jets.reduce((sum, { records, outputRecords }) => sum + records + outputRecords, atSlots);
}
