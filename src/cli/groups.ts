import type { CommandEntry } from './command.ts';

/** Groups and single commands in the order of the overview. */
export const GROUPS: Readonly<Record<string, string>> = {
  help: 'Explain commands, options and exit statuses',
  connect: 'Choose the server that commands go to',
  login: 'Say who you are to the server',
  config: 'Store and show the configuration of the fleet',
  fleet: 'List the instances and their health',
  use: 'Choose the engine that commands go to',
  run: 'Run a model file here, or a stored model on the engine',
  job: 'Run a stored model, scale it, watch it, stop it',
  model: 'Store, check and load models; feed them',
  attachment: 'Store archives that belong to models',
  schema: 'Store schemas; check records against them',
  snapshot: 'Take, list, compare and restore snapshots of shared state',
  state: 'Look at the cells and pools of the engine, and change them',
  policy: 'Say which libraries models may import',
  stream: 'Store stream descriptors; attach streams to slots',
  engine: 'Start and stop your own engine; its state, its files',
  sensor: 'Store sensors and put them to work',
  stats: 'Show memory, processor time and rates',
  debug: 'Show what the engine does, as it does it',
  profile: 'Measure what records cost',
  pneumo: 'Show what happens in the fleet',
  monitor: 'Watch the engine at work on a live screen',
  doctor: 'Find out what is wrong, and what mends it',
  completion: 'Print the completion script of a shell',
  serve: 'Run the engine and its REST API in the foreground',
  version: 'Print the release',
};

/** Commands of 1.10 and its Go relative that this product does not have, with what to use in their place. */
export const RETIRED: Readonly<Record<string, string>> = {
  create: 'Deployments are not made by fastscore: see `fastscore serve --help`.',
  destroy: 'Deployments are not made by fastscore: see `fastscore engine stop --help`.',
  conductor: 'There is no Conductor.',
  composer: 'There is no Composer.',
  workflow: 'There is no Composer; a job runs one model: see `fastscore job --help`.',
  tap: 'fastscore sensor, after fastscore use <instance>; or tap install|list|inspect|available|uninstall <instance>',
  upload: 'fastscore attachment upload <model> <file>',
  'job memory': 'fastscore stats memory',
  'job cpu-utilization': 'fastscore stats cpu-utilization',
  'job input': 'fastscore model input',
  'job output': 'fastscore model output',
  'job debug': 'fastscore debug manifold',
};

/** The commands of a group, such as those of `model`; a single command is its own group. */
export function commandsOf(commands: readonly CommandEntry[], group: string): CommandEntry[] {
  return commands.filter((entry) => entry.words.split(' ', 1)[0] === group);
}
