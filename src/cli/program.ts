import type { CommandEntry } from './command.ts';
import { GROUPS } from './groups.ts';

/** Every command, with the file that is loaded when it is called. */
export const COMMANDS: readonly CommandEntry[] = [
  { words: 'help', summary: GROUPS.help!, load: () => import('./commands/help.ts') },
  { words: 'run', summary: GROUPS.run!, load: () => import('./commands/run.ts') },

  { words: 'job run', summary: 'Run a stored model on the engine', load: () => import('./commands/job/run.ts') },
  { words: 'job scale', summary: 'Change the number of jets', load: () => import('./commands/job/scale.ts') },
  { words: 'job status', summary: 'Show what the engine is doing', load: () => import('./commands/job/status.ts') },
  {
    words: 'job statistics',
    summary: 'Show what jets take and give',
    load: () => import('./commands/job/statistics.ts'),
  },
  { words: 'job stop', summary: 'Stop the run and reset the engine', load: () => import('./commands/job/stop.ts') },
  { words: 'job wait', summary: 'Wait for the end of the run', load: () => import('./commands/job/wait.ts') },

  { words: 'model add', summary: 'Store a model', load: () => import('./commands/model/add.ts') },
  { words: 'model list', summary: 'List the stored models', load: () => import('./commands/model/list.ts') },
  { words: 'model show', summary: 'Print or edit the source', load: () => import('./commands/model/show.ts') },
  { words: 'model remove', summary: 'Remove a model', load: () => import('./commands/model/remove.ts') },
  { words: 'model verify', summary: 'Check a stored model', load: () => import('./commands/model/verify.ts') },
  { words: 'model load', summary: 'Load a model into the engine', load: () => import('./commands/model/load.ts') },
  { words: 'model unload', summary: 'Unload the model', load: () => import('./commands/model/unload.ts') },
  { words: 'model inspect', summary: 'Show the loaded model', load: () => import('./commands/model/inspect.ts') },
  { words: 'model scale', summary: 'Change the number of jets', load: () => import('./commands/model/scale.ts') },
  { words: 'model input', summary: 'Send records to a REST stream', load: () => import('./commands/model/input.ts') },
  {
    words: 'model interact',
    summary: 'Type records, see what comes out',
    load: () => import('./commands/model/interact.ts'),
  },
  { words: 'model output', summary: 'Read from a REST stream', load: () => import('./commands/model/output.ts') },

  {
    words: 'attachment list',
    summary: 'List the attachments of a model',
    load: () => import('./commands/attachment/list.ts'),
  },
  { words: 'attachment upload', summary: 'Store an archive', load: () => import('./commands/attachment/upload.ts') },
  {
    words: 'attachment download',
    summary: 'Write an attachment to a file',
    load: () => import('./commands/attachment/download.ts'),
  },
  {
    words: 'attachment remove',
    summary: 'Remove an attachment',
    load: () => import('./commands/attachment/remove.ts'),
  },

  { words: 'schema add', summary: 'Store a schema', load: () => import('./commands/schema/add.ts') },
  { words: 'schema list', summary: 'List the stored schemas', load: () => import('./commands/schema/list.ts') },
  { words: 'schema show', summary: 'Print or edit a schema', load: () => import('./commands/schema/show.ts') },
  { words: 'schema verify', summary: 'Check a schema, and records', load: () => import('./commands/schema/verify.ts') },
  { words: 'schema infer', summary: 'Infer a schema from records', load: () => import('./commands/schema/infer.ts') },
  { words: 'schema remove', summary: 'Remove a schema', load: () => import('./commands/schema/remove.ts') },

  { words: 'stream add', summary: 'Store a stream descriptor', load: () => import('./commands/stream/add.ts') },
  { words: 'stream list', summary: 'List the stored streams', load: () => import('./commands/stream/list.ts') },
  { words: 'stream show', summary: 'Print or edit a descriptor', load: () => import('./commands/stream/show.ts') },
  { words: 'stream remove', summary: 'Remove a stream', load: () => import('./commands/stream/remove.ts') },
  { words: 'stream verify', summary: 'Check a stream for a slot', load: () => import('./commands/stream/verify.ts') },
  { words: 'stream attach', summary: 'Attach a stream to a slot', load: () => import('./commands/stream/attach.ts') },
  {
    words: 'stream sample',
    summary: 'Print the first records of a stream',
    load: () => import('./commands/stream/sample.ts'),
  },
  { words: 'stream rate', summary: 'Measure how fast it can be read', load: () => import('./commands/stream/rate.ts') },
  { words: 'stream detach', summary: 'Free a slot', load: () => import('./commands/stream/detach.ts') },
  { words: 'stream inspect', summary: 'Show attached streams', load: () => import('./commands/stream/inspect.ts') },

  {
    words: 'snapshot list',
    summary: 'List the snapshots of a model',
    load: () => import('./commands/snapshot/list.ts'),
  },
  { words: 'snapshot show', summary: 'Describe a snapshot', load: () => import('./commands/snapshot/show.ts') },
  { words: 'snapshot create', summary: 'Take a snapshot now', load: () => import('./commands/snapshot/create.ts') },
  { words: 'snapshot restore', summary: 'Restore a snapshot', load: () => import('./commands/snapshot/restore.ts') },
  { words: 'snapshot remove', summary: 'Remove a snapshot', load: () => import('./commands/snapshot/remove.ts') },
  {
    words: 'snapshot export',
    summary: 'Write a snapshot to a file',
    load: () => import('./commands/snapshot/export.ts'),
  },
  { words: 'snapshot import', summary: 'Store a snapshot file', load: () => import('./commands/snapshot/import.ts') },
  { words: 'snapshot pin', summary: 'Keep a snapshot from pruning', load: () => import('./commands/snapshot/pin.ts') },
  { words: 'snapshot prune', summary: 'Remove old snapshots', load: () => import('./commands/snapshot/prune.ts') },
  { words: 'snapshot diff', summary: 'Compare two snapshots', load: () => import('./commands/snapshot/diff.ts') },

  { words: 'state list', summary: 'List cells and items of pools', load: () => import('./commands/state/list.ts') },
  { words: 'state get', summary: 'Print a value', load: () => import('./commands/state/get.ts') },
  { words: 'state set', summary: 'Store a value', load: () => import('./commands/state/set.ts') },
  { words: 'state delete', summary: 'Remove a cell or an item', load: () => import('./commands/state/delete.ts') },

  { words: 'engine start', summary: 'Start your own engine', load: () => import('./commands/engine/start.ts') },
  { words: 'engine stop', summary: 'Stop your own engine', load: () => import('./commands/engine/stop.ts') },
  { words: 'engine status', summary: 'Tell whether it is running', load: () => import('./commands/engine/status.ts') },
  {
    words: 'engine inspect',
    summary: 'Show the state of the engine',
    load: () => import('./commands/engine/inspect.ts'),
  },
  { words: 'engine pause', summary: 'Pause the flow of records', load: () => import('./commands/engine/pause.ts') },
  { words: 'engine unpause', summary: 'Let records flow again', load: () => import('./commands/engine/unpause.ts') },
  { words: 'engine put', summary: 'Give a file to an engine', load: () => import('./commands/engine/put.ts') },
  { words: 'engine files', summary: 'List the files it was given', load: () => import('./commands/engine/files.ts') },
  { words: 'engine reset', summary: 'Unload, detach, start over', load: () => import('./commands/engine/reset.ts') },

  { words: 'fleet', summary: GROUPS.fleet!, load: () => import('./commands/fleet.ts') },
  { words: 'use', summary: GROUPS.use!, load: () => import('./commands/use.ts') },
  { words: 'connect', summary: GROUPS.connect!, load: () => import('./commands/connect.ts') },

  {
    words: 'config set',
    summary: 'Store the configuration of the fleet',
    load: () => import('./commands/config/set.ts'),
  },
  { words: 'config show', summary: 'Print it', load: () => import('./commands/config/show.ts') },

  { words: 'policy set', summary: 'Say what models may import', load: () => import('./commands/policy/set.ts') },
  { words: 'policy show', summary: 'Print an import policy', load: () => import('./commands/policy/show.ts') },

  { words: 'sensor add', summary: 'Store a sensor', load: () => import('./commands/sensor/add.ts') },
  { words: 'sensor list', summary: 'List the stored sensors', load: () => import('./commands/sensor/list.ts') },
  { words: 'sensor show', summary: 'Print or edit a sensor', load: () => import('./commands/sensor/show.ts') },
  { words: 'sensor remove', summary: 'Remove a stored sensor', load: () => import('./commands/sensor/remove.ts') },
  { words: 'sensor install', summary: 'Put a sensor to work', load: () => import('./commands/sensor/install.ts') },
  { words: 'sensor uninstall', summary: 'Take it away', load: () => import('./commands/sensor/uninstall.ts') },
  { words: 'sensor inspect', summary: 'Show installed sensors', load: () => import('./commands/sensor/inspect.ts') },
  { words: 'sensor points', summary: 'List what can be tapped', load: () => import('./commands/sensor/points.ts') },

  { words: 'stats memory', summary: 'Memory, each second', load: () => import('./commands/stats/memory.ts') },
  {
    words: 'stats cpu-utilization',
    summary: 'Processor time, each second',
    load: () => import('./commands/stats/cpu-utilization.ts'),
  },
  { words: 'stats jets', summary: 'Records per second, by jet', load: () => import('./commands/stats/jets.ts') },
  { words: 'stats streams', summary: 'Records per second, by slot', load: () => import('./commands/stats/streams.ts') },
  { words: 'debug manifold', summary: 'What the engine does', load: () => import('./commands/debug/manifold.ts') },
  { words: 'debug stream', summary: 'What happens on a slot', load: () => import('./commands/debug/stream.ts') },
  {
    words: 'profile stream',
    summary: 'Measure what records of a slot cost',
    load: () => import('./commands/profile/stream.ts'),
  },

  { words: 'pneumo', summary: GROUPS.pneumo!, load: () => import('./commands/pneumo.ts') },
  { words: 'pneumo history', summary: 'Show what has happened', load: () => import('./commands/pneumo/history.ts') },
  { words: 'pneumo wait', summary: 'Wait for a message', load: () => import('./commands/pneumo/wait.ts') },
  { words: 'pneumo flush', summary: 'Forget what has happened', load: () => import('./commands/pneumo/flush.ts') },

  { words: 'monitor', summary: GROUPS.monitor!, load: () => import('./commands/monitor.ts') },
  { words: 'login', summary: GROUPS.login!, load: () => import('./commands/login.ts') },
  { words: 'doctor', summary: GROUPS.doctor!, load: () => import('./commands/doctor.ts') },
  { words: 'completion', summary: GROUPS.completion!, load: () => import('./commands/completion.ts') },
  { words: 'serve', summary: GROUPS.serve!, load: () => import('./commands/serve.ts') },
  { words: 'version', summary: GROUPS.version!, load: () => import('./commands/version.ts') },
];
