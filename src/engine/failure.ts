import type { FastScoreError } from '../core/errors.ts';
import { REJECT_TEXT_LIMIT, splitRecords } from '../core/records.ts';
import { ModelFailedError } from '../jets/jet-errors.ts';
import type { BatchFrame } from '../jets/protocol.ts';
import type { EngineFailure } from './types.ts';

const WHERE: Record<string, string> = {
  load: 'while the model was being loaded',
  begin: 'in begin',
  action: 'in action',
  end: 'in end',
  program: 'in its program',
};

/** What people are told about a failure: for a model's own error the traceback and the record that was at hand. */
export function describeFailure(error: FastScoreError, batch: BatchFrame | null): EngineFailure {
  if (!(error instanceof ModelFailedError)) {
    return { code: error.code, message: error.message, traceback: '', input: null };
  }
  const { phase, message, traceback } = error.failure;
  // A program does not tell which record of its batch it was at.
  const index = phase === 'program' ? 0 : error.failure.index;
  const input = batch === null || index === undefined ? null : inputAt(batch, index);
  return { code: error.code, message: `The model failed ${WHERE[phase]}: ${message}`, traceback, input };
}

function inputAt(batch: BatchFrame, index: number): EngineFailure['input'] {
  const { slot, seqno, records } = batch;
  let at = 0;
  for (const record of splitRecords(records)) {
    if (at === index) {
      const text = records.form === 'bytes' ? record.toString('hex') : record.toString('utf8');
      const data = [text.slice(0, REJECT_TEXT_LIMIT)];
      return { slot, seqno: seqno + index, data, batchLength: records.count, encoding: records.form };
    }
    at += 1;
  }
  return null;
}
