import type { JobStatus } from '../api/shapes.ts';
import type { Colours } from './output/colours.ts';
import { renderError } from './output/errors.ts';
import { printableLine } from './output/printable.ts';
import { renderTable } from './output/table.ts';
import { runFailure } from './run-failure.ts';
import { shorten } from './shorten.ts';
import { renderWaits } from './waits-text.ts';

const LONGEST_REJECT = 80;
const REJECTS_SHOWN = 5;

const integer = (title: string) => ({ title, integer: true }) as const;

/** What an engine is doing, for people. */
export function renderJobStatus(status: JobStatus, options: { verbose: boolean; colours: Colours }): string {
  return [
    [...facts(status), ...(options.verbose ? stateFacts(status) : [])].join('\n'),
    ...(status.slots.length > 0 ? [renderSlots(status)] : []),
    ...(status.jets.length > 0 ? [renderJets(status, options.verbose)] : []),
    ...renderWaits(status),
    ...renderTroubles(status),
    ...renderRejects(status, options.verbose),
    ...(status.failure === null ? [] : [renderError(runFailure(status.failure), options)]),
  ].join('\n\n');
}

function facts({ state, model, jets, scale, last_snapshot: snapshot }: JobStatus): string[] {
  return [
    `State:     ${state.toUpperCase()}`,
    `Model:     ${model === null ? '-' : `${model.name} (${model.type})`}`,
    `Jets:      ${jets.length} of ${scale}${scale === 0 ? ': nothing runs before `fastscore job scale 1`' : ''}`,
    ...(snapshot === null ? [] : [`Snapshot:  ${snapshot.id ?? `not taken: ${snapshot.error}`}`]),
  ];
}

/** How the shared state has fared since the engine was started. */
function stateFacts({ loans, snapshot_counts: snapshots }: JobStatus): string[] {
  const { taken, failed, last_pause_ms: pause, last_write_ms: write } = snapshots;
  const last = taken === 0 ? '' : `; the last: records waited ${pause} ms, written in ${write} ms`;
  return [
    `Handovers: ${loans.recalls} keys asked back, ${loans.waited_ms} ms waited, ${loans.conflicts} updates done again`,
    `Snapshots: ${taken} taken, ${failed} failed${last}`,
  ];
}

function renderSlots({ slots }: JobStatus): string {
  return renderTable(
    [integer('Slot'), 'Stream', integer('Records'), integer('Bytes'), integer('Rejected'), 'EOF'],
    slots.map((slot) => [
      String(slot.slot),
      slot.stream?.name ?? '-',
      String(slot.records),
      String(slot.bytes),
      String(slot.rejected_by_schema + slot.rejected_by_encoding),
      slot.stream === null ? '-' : slot.stream.eof ? 'True' : 'False',
    ]),
  );
}

/** With `verbose` also how long each has worked, and how long of that it has waited for keys of others. */
function renderJets({ jets }: JobStatus, verbose: boolean): string {
  const times = verbose ? [integer('Busy, ms'), integer('Waited, ms')] : [];
  return renderTable(
    [integer('Jet #'), integer('Pid'), 'State', integer('Records'), integer('Restarts'), ...times],
    jets.map(({ number, pid, state, records, restarts, busy_ms, waited_ms }) => [
      String(number),
      String(pid),
      state,
      String(records),
      String(restarts),
      ...(verbose ? [String(Math.round(busy_ms)), String(Math.round(waited_ms))] : []),
    ]),
  );
}

/** Streams that have lost their connection. */
function renderTroubles({ slots }: JobStatus): string[] {
  const lines = slots.flatMap(({ slot, stream }) =>
    stream?.trouble === undefined ? [] : [`  slot ${slot}, ${stream.name}: ${printableLine(stream.trouble)}`],
  );
  return lines.length === 0 ? [] : [['Reconnecting:', ...lines].join('\n')];
}

/** The last rejected records; all that the engine keeps with `verbose`. */
function renderRejects({ slots }: JobStatus, verbose: boolean): string[] {
  const rejects = slots.flatMap((slot) => slot.rejects);
  if (rejects.length === 0) return [];
  const shown = verbose ? rejects : rejects.slice(-REJECTS_SHOWN);
  const total = slots.reduce((sum, slot) => sum + slot.rejected_by_schema + slot.rejected_by_encoding, 0);
  const lines = shown.map(({ by, slot, seqno, text, reason }) => {
    const place = seqno === null ? `slot ${slot}` : `slot ${slot}, record ${seqno}`;
    return `  ${place}, by ${by}: ${shorten(printableLine(text), LONGEST_REJECT)} (${printableLine(reason)})`;
  });
  return [[`Rejected records (the last ${shown.length} of ${total}):`, ...lines].join('\n')];
}
