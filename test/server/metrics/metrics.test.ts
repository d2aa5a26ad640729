import { afterEach, expect, test } from 'vitest';
import { Measures } from '../../../src/engine/measures.ts';
import { release } from '../../../src/util/release.ts';
import type { Built } from '../build-server.ts';
import { buildServer } from '../build-server.ts';
import { FakeEngine } from '../fake-engine.ts';

let built: Built;
afterEach(() => built.close());

const JET = {
  number: 1,
  pid: process.pid,
  sandbox: '4711',
  state: 'busy',
  records: 5,
  bytes: 10,
  outputRecords: 4,
  outputBytes: 8,
  restarts: 2,
  busyMs: 1500,
  waitedMs: 250,
  work: null,
} as const;

/** The lines that are no comments, of our own metrics. */
const own = (text: string): string[] => text.split('\n').filter((line) => line.startsWith('fastscore_'));

test('slots, jets, handovers and snapshots are told per engine, in the text format of Prometheus', async () => {
  built = await buildServer();
  const { engine, app } = built;
  engine.state = 'running';
  engine.override = {
    slots: [{ slot: 0, records: 5, bytes: 10, rejectedBySchema: 1, rejectedByEncoding: 2, rejects: [], eof: true }],
    jets: [JET],
    jetTotals: [JET],
    scale: 2,
    loans: { recalls: 3, waitedMs: 1.5, conflicts: 7 },
    snapshots: {
      ...new Measures().snapshots,
      taken: 2,
      failed: 1,
      pauseMs: 3,
      lastPauseMs: 1,
      longestPauseMs: 2,
      writeMs: 40,
    },
  };
  const reply = await app.inject({ url: '/metrics' });
  expect(reply.statusCode).toBe(200);
  expect(reply.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
  const memory = own(reply.body).find((line) => line.startsWith('fastscore_jet_memory_bytes'));
  if (process.platform === 'linux') expect(Number(memory?.split(' ').at(-1))).toBeGreaterThan(1_000_000);
  expect(own(reply.body).filter((line) => line !== memory)).toEqual([
    'fastscore_engine_state{engine="engine-1",state="init"} 0',
    'fastscore_engine_state{engine="engine-1",state="running"} 1',
    'fastscore_engine_state{engine="engine-1",state="pigging"} 0',
    'fastscore_engine_state{engine="engine-1",state="paused"} 0',
    'fastscore_engine_state{engine="engine-1",state="finishing"} 0',
    'fastscore_engine_state{engine="engine-1",state="finished"} 0',
    'fastscore_engine_state{engine="engine-1",state="error"} 0',
    'fastscore_slot_records_total{engine="engine-1",slot="0"} 5',
    'fastscore_slot_bytes_total{engine="engine-1",slot="0"} 10',
    'fastscore_slot_rejects_total{engine="engine-1",slot="0",by="encoding"} 2',
    'fastscore_slot_rejects_total{engine="engine-1",slot="0",by="schema"} 1',
    'fastscore_slot_eof{engine="engine-1",slot="0"} 1',
    'fastscore_jets_wanted{engine="engine-1"} 2',
    'fastscore_jets{engine="engine-1"} 1',
    'fastscore_jet_records_total{engine="engine-1",jet="1"} 5',
    'fastscore_jet_bytes_total{engine="engine-1",jet="1"} 10',
    'fastscore_jet_output_records_total{engine="engine-1",jet="1"} 4',
    'fastscore_jet_output_bytes_total{engine="engine-1",jet="1"} 8',
    'fastscore_jet_restarts_total{engine="engine-1",jet="1"} 2',
    'fastscore_jet_busy_seconds_total{engine="engine-1",jet="1"} 1.5',
    'fastscore_jet_waited_seconds_total{engine="engine-1",jet="1"} 0.25',
    'fastscore_state_recalls_total{engine="engine-1"} 3',
    'fastscore_state_handover_seconds_total{engine="engine-1"} 0.0015',
    'fastscore_state_conflicts_total{engine="engine-1"} 7',
    'fastscore_snapshots_total{engine="engine-1"} 2',
    'fastscore_snapshot_failures_total{engine="engine-1"} 1',
    'fastscore_snapshot_pause_seconds_total{engine="engine-1"} 0.003',
    'fastscore_snapshot_last_pause_seconds{engine="engine-1"} 0.001',
    'fastscore_snapshot_longest_pause_seconds{engine="engine-1"} 0.002',
    'fastscore_snapshot_write_seconds_total{engine="engine-1"} 0.04',
    'fastscore_snapshot_last_write_seconds{engine="engine-1"} 0',
    `fastscore_info{release="${release}"} 1`,
  ]);
  expect(reply.body).toMatch(/^process_resident_memory_bytes \d+$/m);
});

test('every metric has its type and a help text, once, whatever the number of engines', async () => {
  built = await buildServer({ fleet: { engines: [new FakeEngine('engine-1'), new FakeEngine('engine-2')] } });
  const { body } = await built.app.inject({ url: '/metrics' });
  const types = body.split('\n').filter((line) => line.startsWith('# TYPE '));
  expect(new Set(types).size).toBe(types.length);
  expect(types).toContain('# TYPE fastscore_slot_records_total counter');
  expect(own(body)).toContain('fastscore_jets{engine="engine-2"} 0');
  // What is not there has no sample, not even a 0.
  expect(own(body).filter((line) => !line.includes('{'))).toEqual([]);
});

test('an instance that is an engine tells of itself only, an unknown one is not found', async () => {
  built = await buildServer({ fleet: { engines: [new FakeEngine('engine-1'), new FakeEngine('engine-2')] } });
  const at = (name: string) => built.app.inject({ url: `/api/1/service/${name}/metrics` });
  const { body } = await at('engine-2');
  expect(body).toContain('engine="engine-2"');
  expect(body).not.toContain('engine="engine-1"');
  expect((await at('connect')).body).toContain('engine="engine-1"');
  expect((await at('nobody')).statusCode).toBe(404);
});

test('with a token nobody else gets in', async () => {
  built = await buildServer({ token: 'secret-of-16-chars' });
  expect((await built.app.inject({ url: '/metrics' })).statusCode).toBe(401);
  const headers = { authorization: 'Bearer secret-of-16-chars' };
  expect((await built.app.inject({ url: '/metrics', headers })).statusCode).toBe(200);
});
