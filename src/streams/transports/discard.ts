import type { OutputTransport, TransportType } from './transport.ts';

/** Swallows everything. */
export const discardType: TransportType = {
  name: 'discard',
  fields: [],
  parse: () => ({
    type: 'discard',
    label: 'discard',
    boundaries: false,
    ignoresEnvelope: false,
    seek: null,
    openInput: null,
    openOutput: async () => new DiscardOutput(),
    internal: () => ({}),
  }),
};

class DiscardOutput implements OutputTransport {
  readonly pull = null;
  /** It is at its end when the run is, like any other output. */
  ended = false;

  async write(): Promise<void> {}

  async close(): Promise<void> {
    this.ended = true;
  }
}
