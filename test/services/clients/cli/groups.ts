import { attachments } from './attachments.ts';
import { authentication } from './authentication.ts';
import { connection } from './connection.ts';
import type { Group } from './group.ts';
import { messages } from './messages.ts';
import { models } from './models.ts';
import { run } from './run.ts';
import { schemas } from './schemas.ts';
import { sensors } from './sensors.ts';
import { snapshots } from './snapshots.ts';
import { streams } from './streams.ts';

/** All that is tried of the command line, by chapters of docs/compatibility.md. */
export const GROUPS: readonly Group[] = [
  connection,
  authentication,
  models,
  attachments,
  schemas,
  streams,
  run,
  snapshots,
  sensors,
  messages,
];
