import type { Reject } from '../core/records.ts';
import type { Measures } from './measures.ts';
import type { SlotCounts } from './slots.ts';

/** Counts a record that is left out, and tells who wants to know. */
export type NoteReject = (counts: SlotCounts, reject: Reject) => void;

export function createNoteReject(measures: Measures, onReject: (reject: Reject) => void): NoteReject {
  return (counts, reject) => {
    counts.rejects.add(reject);
    measures.trace(reject.slot, () => `a record is rejected by ${reject.by}: ${reject.reason}`);
    onReject(reject);
  };
}
