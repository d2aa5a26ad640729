import { expect, it } from 'vitest';
import type { JobStatus } from '../../src/api/shapes.ts';
import { MonitorRates, renderMonitor } from '../../src/cli/monitor-page.ts';
import { loadColours } from '../../src/cli/output/colours.ts';

const colours = await loadColours(false);

function status(records: number): JobStatus {
  const slot = { schema: null, recordsets: false, action: null, rejected_by_schema: 0, rejected_by_encoding: 0 };
  return {
    state: 'running',
    model: { name: 'gain', type: 'python3', source: '', attachments: [] },
    slots: [
      { ...slot, slot: 0, stream: { name: 'in', eof: true, descriptor: 'REST' }, records, bytes: 0, rejects: [] },
      { ...slot, slot: 1, stream: null, records: 0, bytes: 0, rejects: [] },
    ],
    jets: [{ number: 1, pid: 41, records, output_records: 0 }],
  } as unknown as JobStatus;
}

it('shows rates of what was counted since the last look, and none after the first', () => {
  const rates = new MonitorRates();
  expect(rates.take('engine-1', status(1000), 0).streams[0]).toMatchObject({ slot: 0, rps: null, mbps: null });
  const page = rates.take('engine-1', status(10_298), 2000);
  expect(page.streams).toEqual([{ slot: 0, name: 'in', eof: true, rps: 4649, mbps: 0 }]);
  expect(page.jets).toEqual([{ number: 1, pid: 41, input: 4649, output: 0 }]);
  expect(renderMonitor(page, colours)).toMatchInlineSnapshot(`
    "==================================================
    Engine: engine-1 [RUNNING]
    Model:  gain (python3)

    Stream
    --------------------------------------------------
    in             I:0  EOF     4,649 rps     0.0 mbps

    Jet                             Input       Output
    --------------------------------------------------
    1 (41)                      4,649 rps        0 rps"
  `);
});

it('takes a count that has become smaller for that of another run', () => {
  const rates = new MonitorRates();
  rates.take('engine-1', status(1000), 0);
  expect(rates.take('engine-1', status(5), 1000).jets[0]).toMatchObject({ input: null });
});
