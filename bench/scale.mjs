import { runModel } from './engine-run.mjs';
import { alternate } from './measure.mjs';

export const title = 'Scale: a model of 5 ms per record with one hot cell, milliseconds per record';
export const unit = 'ms';
export const missing = [];
export const compared = 'fastscore, Python, 1 jet';

const RECORDS = 1600;

const perRecord = (jets) => async () => {
  const input = { Type: 'inline', Data: Array.from({ length: RECORDS }, (_, index) => String(index)) };
  const { seconds } = await runModel('slow.py', { jets, input, output: 'discard' });
  return (seconds / RECORDS) * 1000;
};

export function measure(runs) {
  return alternate(
    { [compared]: perRecord(1), 'fastscore, Python, 2 jets': perRecord(2), 'fastscore, Python, 4 jets': perRecord(4) },
    runs,
  );
}
