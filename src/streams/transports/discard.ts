import type { TransportType } from './transport.ts';

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
    openOutput: async () => ({ write: async () => {}, pull: null, ended: true, close: async () => {} }),
    internal: () => ({}),
  }),
};
