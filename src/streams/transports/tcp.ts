import { FastScoreError } from '../../core/errors.ts';
import type { Fields } from '../fields.ts';
import { parsePort } from './network-fields.ts';
import type { SocketPlace } from './sockets.ts';
import type { TransportType } from './transport.ts';

/** Bytes over a connection. It connects, unless Host is 0.0.0.0 for an input or Role says otherwise. */
export const tcpType: TransportType = {
  name: 'TCP',
  fields: ['Host', 'Port', 'Role'],
  parse(fields) {
    const host = fields.required('Host', fields.string('Host')) || ANY_HOST;
    const port = fields.required('Port', parsePort(fields));
    const role = parseRole(fields);
    const place = (byDefault: SocketPlace['role']): SocketPlace => ({ host, port, role: role ?? byDefault });
    return {
      type: 'TCP',
      label: `tcp '${host}:${port}'`,
      boundaries: false,
      ignoresEnvelope: false,
      seek: null,
      openInput: async (options) =>
        (await import('./tcp-input.ts')).TcpInput.open(place(host === ANY_HOST ? 'listen' : 'connect'), options),
      openOutput: async (options) => (await import('./tcp-output.ts')).TcpOutput.open(place('connect'), options),
      internal: () => ({ host, port, ...(role === null ? {} : { role }) }),
    };
  },
};

const ANY_HOST = '0.0.0.0';

function parseRole(fields: Fields): SocketPlace['role'] | null {
  const role = fields.string('Role')?.toLowerCase();
  if (role === undefined) return null;
  if (role === 'connect' || role === 'listen') return role;
  throw new FastScoreError('BAD_DESCRIPTOR', `'Role' must be "connect" or "listen"`);
}
