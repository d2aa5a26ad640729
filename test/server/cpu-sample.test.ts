import { afterEach, beforeEach, expect, test } from 'vitest';
import { newStreamCosts } from '../../src/streams/costs.ts';
import type { Built } from './build-server.ts';
import { buildServer } from './build-server.ts';

let built: Built;
beforeEach(async () => {
  built = await buildServer();
});
afterEach(() => built.close());

const post = (query = '') => built.app.inject({ method: 'POST', url: `/1/job/sample/cpu${query}` });

const jet = (sandbox: string, records: number, busyMs: number) => ({
  number: 1,
  pid: process.pid,
  sandbox,
  state: 'idle' as const,
  records,
  bytes: 2 * records,
  outputRecords: 3 * records,
  outputBytes: 0,
  restarts: 0,
  busyMs,
  waitedMs: 100,
  work: null,
});

const slot = (number: number, records: number) => ({
  slot: number,
  records,
  bytes: 10 * records,
  rejectedBySchema: 0,
  rejectedByEncoding: 0,
  rejects: [],
  eof: false,
});

/** Resolves when the engine has been asked what it does. */
function asked(): Promise<void> {
  const { engine } = built;
  const status = engine.status.bind(engine);
  return new Promise((resolve) => {
    engine.status = () => {
      resolve();
      return status();
    };
  });
}

test('a sample tells what passed and what was used while it was taken', async () => {
  const { engine } = built;
  engine.override = { jets: [jet('1', 10, 1000)], slots: [slot(0, 5), slot(1, 7), slot(2, 1)] };
  const begun = asked();
  const sample = post('?duration=0.2');
  await begun;
  engine.override = { jets: [jet('1', 14, 1500), jet('2', 3, 600)], slots: [slot(0, 9), slot(1, 8), slot(2, 2)] };
  const { statusCode, body } = await sample;
  expect(statusCode).toBe(200);
  const told = JSON.parse(body);
  expect(told).toMatchObject({
    input_records: 5,
    input_bytes: 50,
    output_records: 1,
    output_bytes: 10,
    op_times: [],
    jets: [
      { input_records: 4, output_records: 12, model_time: 0.5 },
      { input_records: 3, output_records: 9, model_time: 0.5 },
    ],
  });
  expect(told.duration).toBeGreaterThanOrEqual(0.19);
  for (const time of [told.user_time, told.kernel_time, told.jets[0].user_time]) expect(time).toBeGreaterThanOrEqual(0);
});

test('the operations of each stream are told in seconds and records since the sample began', async () => {
  const { engine } = built;
  const costs = newStreamCosts();
  Object.assign(costs.unwrap, { ms: 9000, records: 90 });
  engine.costs.set(0, costs);
  engine.streams.set(0, { slot: 0, name: 's', descriptor: {}, eof: false, trouble: null });
  const begun = asked();
  const sample = post('?duration=0.05');
  await begun;
  Object.assign(costs.unwrap, { ms: 9500, records: 100 });
  Object.assign(costs.validate, { ms: 250, records: 10 });
  expect((await sample).json().op_times).toEqual([
    {
      ...{ unwrap_envelope: 0.5, unwrap_envelope_n: 10, wrap_envelope: 0, wrap_envelope_n: 0 },
      ...{ decode_input_record: 0, decode_input_record_n: 0, type_check_input: 0.25, type_check_input_n: 10 },
    },
  ]);
});

test('a model that was replaced by another counts from nothing, not below it', async () => {
  built.engine.override = { slots: [slot(0, 50)] };
  const begun = asked();
  const sample = post('?duration=0.05');
  await begun;
  built.engine.override = { slots: [slot(0, 2)] };
  expect((await sample).json()).toMatchObject({ input_records: 0, jets: [] });
});

test.each(['?duration=x', '?duration=61', '?duration=-1'])('%s is a 403, as in 1.10', async (query) => {
  expect((await post(query)).statusCode).toBe(403);
});
