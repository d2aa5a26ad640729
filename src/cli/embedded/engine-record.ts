import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from '../../util/atomic-file.ts';
import type { Home } from '../home.ts';

/** What a running engine leaves beside its socket: for people, and to tell when its process has gone. */
export interface EngineRecord {
  readonly pid: number;
  readonly release: string;
  readonly socket: string;
  /** ISO 8601 */
  readonly started: string;
}

/** For the commands to come, which read who the own engine is. */
export async function writeEngineRecord(home: Home, record: EngineRecord): Promise<void> {
  await writeFileAtomically(pathIn(home), `${JSON.stringify(record)}\n`);
}

/** null when there is none, or none that can be read. */
export async function readEngineRecord(home: Home): Promise<EngineRecord | null> {
  try {
    const record = JSON.parse(await readFile(pathIn(home), 'utf8')) as EngineRecord;
    return Number.isSafeInteger(record.pid) ? record : null;
  } catch {
    return null;
  }
}

/** Only by the process that wrote it: a newer engine may have written its own by now. */
export async function removeEngineRecord(home: Home): Promise<void> {
  if ((await readEngineRecord(home))?.pid === process.pid) await rm(pathIn(home), { force: true });
}

const pathIn = (home: Home): string => join(home.run, 'engine.json');
