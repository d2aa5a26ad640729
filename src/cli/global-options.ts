import type { OptionSpec } from './command.ts';

/** Options that every command takes. */
export const GLOBAL_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  verbose: ['-v, --verbose', 'say what was done; more columns; details of errors'],
  json: ['--json', 'print one JSON document; errors too'],
  quiet: ['-q, --quiet', 'no notes, warnings or progress on stderr'],
  monitor: ['-m, --monitor', 'show the live screen of `fastscore monitor` afterwards'],
  color: ['--color <when>', 'auto, always or never (default: auto, and never with NO_COLOR)'],
  url: ['--url <url>', 'server for this one call (default: FASTSCORE_URL, `fastscore connect`, your own engine)'],
  engine: ['--engine <name>', 'engine for this one call (default: `fastscore use`, engine-1)'],
  modelManage: ['--model-manage <name>', 'Model Manage instance for this one call (default: model-manage-1)'],
};

/** Every option that takes a value, so that words of the command can be told from values before the command is known. */
export const VALUE_OPTIONS: ReadonlySet<string> = new Set([
  '--format',
  '--color',
  '--url',
  '--engine',
  '--model-manage',
  '--type',
  '--count',
  '--since',
  '--until',
  '--schema',
  '--timeout',
  '--scale',
  '--name',
  '--from-snapshot',
  '--expect',
  '--expect-state',
  '--save-snapshot',
  '--listen',
  '--socket',
  '--engines',
  '--token-file',
  '--tls-cert',
  '--tls-key',
  '--host',
  '--ca',
  '--kind',
  '--keep',
  '--note',
  '--stream',
  '--source',
  '--username',
  '--password',
]);
