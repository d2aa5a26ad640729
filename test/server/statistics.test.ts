import { afterEach, beforeEach, expect, test } from 'vitest';
import type { EngineStatus } from '../../src/engine/types.ts';
import type { Built } from './build-server.ts';
import { buildServer } from './build-server.ts';

let built: Built;
beforeEach(async () => {
  built = await buildServer();
});
afterEach(() => built.close());

const NOTHING = { count: 0, size: 0 };

/** The run has taken `records` records at slots 0 and 2 each, and given as many at slot 1. */
function count(records: number): void {
  const slot = (number: number) => ({ slot: number, records, bytes: 10 * records });
  const jet = { number: 1, pid: 7, records: 2 * records, outputRecords: records };
  built.engine.override = { slots: [slot(0), slot(1), slot(2)], jets: [jet] } as unknown as Partial<EngineStatus>;
}
const statistics = async (): Promise<unknown> => (await built.app.inject({ url: '/1/job/statistics' })).json();
const reset = async (): Promise<void> => {
  expect((await built.app.inject({ method: 'DELETE', url: '/1/job/statistics' })).statusCode).toBe(204);
};

test('are sums over inputs and outputs, and what each jet has done', async () => {
  expect(await statistics()).toEqual({ input: NOTHING, output: NOTHING, jets: [] });
  count(3);
  expect(await statistics()).toEqual({
    input: { count: 6, size: 60 },
    output: { count: 3, size: 30 },
    jets: [{ number: 1, pid: 7, total_in: 6, total_out: 3 }],
  });
});

test('begin at zero when they are reset, and in the next run', async () => {
  count(3);
  await reset();
  expect(await statistics()).toMatchObject({ input: NOTHING, jets: [{ total_in: 0, total_out: 0 }] });
  count(5);
  expect(await statistics()).toMatchObject({ input: { count: 4, size: 40 }, jets: [{ total_in: 4, total_out: 2 }] });
  built.engine.become('init');
  count(4);
  expect(await statistics()).toMatchObject({ input: { count: 8, size: 80 }, jets: [{ total_in: 8 }] });
});
