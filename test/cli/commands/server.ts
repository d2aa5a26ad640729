import { afterAll, beforeAll, beforeEach } from 'vitest';
import type { Started } from '../../server/start-server.ts';
import { startServer } from '../../server/start-server.ts';
import type { Ran, Setting } from '../run-command.ts';
import { runCommand } from '../run-command.ts';

/** A server over a fake engine for the tests of a file, emptied before each of them. */
export function useServer() {
  let started: Started;
  beforeAll(async () => {
    started = await startServer('socket');
  });
  beforeEach(() => started.clear());
  afterAll(() => started.close());
  return {
    get engine() {
      return started.engine;
    },
    get catalog() {
      return started.catalog;
    },
    get snapshots() {
      return started.snapshots;
    },
    get folder() {
      return started.folder;
    },
    /** Runs a command line, as split at blanks, or its words. */
    run(line: string | readonly string[], setting: Setting = {}): Promise<Ran> {
      const words = typeof line === 'string' ? line.split(' ') : line;
      return runCommand(words, { client: started.client, ...setting });
    },
    /** What a command prints that must succeed without a word on stderr. */
    async stdout(line: string | readonly string[], setting: Setting = {}): Promise<string> {
      const { status, stdout, stderr } = await this.run(line, setting);
      if (status !== 0 || stderr !== '') throw new Error(`${line} ended with ${status}: ${stderr}`);
      return stdout;
    },
    async json(line: string, setting: Setting = {}): Promise<unknown> {
      return JSON.parse(await this.stdout(`${line} --json`, setting)) as unknown;
    },
  };
}
