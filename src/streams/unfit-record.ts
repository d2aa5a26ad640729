/** Thrown within a codec for a record that it cannot hold: the message is the reason of the reject. */
export class UnfitRecordError extends Error {
  override readonly name = 'UnfitRecordError';
}
