import { parsePort } from './network-fields.ts';
import type { TransportType } from './transport.ts';

/** Datagrams, a record each. `Bind` and `Host` are other spellings of BindTo; an output sends to Host. */
export const udpType: TransportType = {
  name: 'UDP',
  fields: ['Port', 'BindTo', 'Bind', 'Host'],
  parse(fields) {
    const port = fields.required('Port', parsePort(fields));
    const host = fields.string('Host');
    const bindTo = fields.string('BindTo') ?? fields.string('Bind') ?? host ?? '0.0.0.0';
    return {
      type: 'UDP',
      label: `udp '${host ?? bindTo}:${port}'`,
      boundaries: true,
      ignoresEnvelope: false,
      seek: null,
      openInput: async (options) => (await import('./udp-input.ts')).UdpInput.open({ address: bindTo, port }, options),
      openOutput: async (options) =>
        (await import('./udp-output.ts')).openUdpOutput(host ?? '127.0.0.1', port, options),
      internal: () => ({ port, bind_to: bindTo }),
    };
  },
};
