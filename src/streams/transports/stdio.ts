import { ReadableInput } from './readable-input.ts';
import { StdoutOutput } from './stdout-output.ts';
import type { TransportType } from './transport.ts';

/** The process's own standard input; not part of FastScore 1.10. */
export const stdinType: TransportType = {
  name: 'stdin',
  fields: [],
  parse: () => ({
    type: 'stdin',
    label: 'standard input',
    boundaries: false,
    ignoresEnvelope: false,
    seek: null,
    openInput: async ({ stdin }) => new ReadableInput(stdin),
    openOutput: null,
    internal: () => ({}),
  }),
};

/** The process's own standard output; not part of FastScore 1.10. */
export const stdoutType: TransportType = {
  name: 'stdout',
  fields: [],
  parse: () => ({
    type: 'stdout',
    label: 'standard output',
    boundaries: false,
    ignoresEnvelope: false,
    seek: null,
    openInput: null,
    openOutput: async (options) => new StdoutOutput(options.stdout, options.onFailure),
    internal: () => ({}),
  }),
};
