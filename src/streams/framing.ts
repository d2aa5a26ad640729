import type { StreamDescriptor } from './descriptor.ts';
import type { Envelope } from './envelopes/envelope.ts';
import { selfDelimited } from './envelopes/self-delimited.ts';
import { unframed } from './envelopes/unframed.ts';

/** How records are marked off in the bytes of a stream; null when the transport keeps them apart. */
export function framingOf({ transport, envelope, encoding }: StreamDescriptor): Envelope | null {
  if (transport.boundaries) return null;
  return envelope ?? (encoding.delimitsItself ? selfDelimited : unframed);
}
