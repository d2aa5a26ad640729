import type { Jet, JetWork } from '../jets/jet.ts';
import type { LoadedModel } from './load-model.ts';
import type { ActiveModel, JetStatus, JetWorkStatus } from './types.ts';

export function jetStatus(jet: Jet, restarts: number): JetStatus {
  const { number, pid, sandbox, state, counts } = jet;
  const { records, bytes, outputRecords, outputBytes, busyMs, waitedMs } = counts;
  return {
    number,
    pid,
    sandbox,
    state: state === 'ending' || state === 'gone' ? 'stopping' : state,
    records,
    bytes,
    outputRecords,
    outputBytes,
    restarts,
    busyMs,
    waitedMs,
    work: jet.work === null ? null : jetWork(jet.work),
  };
}

function jetWork({ doing, batch, since }: JetWork): JetWorkStatus {
  const records = batch === null ? null : { slot: batch.slot, seqno: batch.seqno, count: batch.records.count };
  return { doing, records, ms: Date.now() - since };
}

export function activeModel({ source, interpreter, report }: LoadedModel): ActiveModel {
  const attachments = (source.attachments ?? []).map(({ name }) => name);
  return {
    name: source.name,
    mtype: source.mtype,
    source: source.source.toString('utf8'),
    interpreter,
    attachments,
    report,
  };
}
