import { expect, test, vi } from 'vitest';
import { deadlockTap } from '../../../src/server/sensors/deadlock-tap.ts';
import { FakeEngine } from '../fake-engine.ts';

test('the tap for deadlocks tells for how long jets have had records while nothing has passed', async () => {
  const engine = new FakeEngine();
  engine.state = 'running';
  const [jet] = Object.assign(engine, { jets: 1 }).status().jets;
  const busy = { ...jet!, state: 'busy' as const };
  const sample = deadlockTap(engine).open();
  expect(sample()).toBe(0);
  engine.override = { jets: [busy] };
  await vi.waitFor(() => expect(sample()).toBeGreaterThan(0.02));
  engine.override = { jets: [{ ...busy, records: 1 }] };
  expect(sample()).toBeLessThan(0.02);
  await vi.waitFor(() => expect(sample()).toBeGreaterThan(0.02));
  engine.override = { jets: [busy], state: 'paused' };
  expect(sample()).toBe(0);
});
