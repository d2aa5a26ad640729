import type { CommandEntry } from './command.ts';

/** Groups and single commands in the order of the overview. */
export const GROUPS: Readonly<Record<string, string>> = {
  help: 'Explain commands, options and exit statuses',
  run: 'Run a model file here, or a stored model on the engine',
  job: 'Run a stored model, scale it, watch it, stop it',
  model: 'Store, check and load models; feed them',
  schema: 'Store schemas',
  stream: 'Store stream descriptors; attach streams to slots',
  snapshot: 'Take, list, compare and restore snapshots of shared state',
  state: 'Look at the cells and pools of the engine, and change them',
  engine: 'Start and stop your own engine; its state',
  fleet: 'List the instances and their health',
  connect: 'Choose the server that commands go to',
  serve: 'Run the engine and its REST API in the foreground',
};

/** Commands of 1.10 and its Go relative that this product does not have, with what to use in their place. */
export const RETIRED: Readonly<Record<string, string>> = {
  create: 'Deployments are not made by fastscore: see `fastscore serve --help`.',
  destroy: 'Deployments are not made by fastscore: see `fastscore engine stop --help`.',
  conductor: 'There is no Conductor.',
  composer: 'There is no Composer.',
  workflow: 'There is no Composer; a job runs one model: see `fastscore job --help`.',
};

/** The commands of a group, such as those of `model`; a single command is its own group. */
export function commandsOf(commands: readonly CommandEntry[], group: string): CommandEntry[] {
  return commands.filter((entry) => entry.words.split(' ', 1)[0] === group);
}
