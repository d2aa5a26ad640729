import { join } from 'node:path';
import { virtualEnvironment } from '../../virtual-environment.ts';

const SUITE = join(import.meta.dirname, '..');

export interface InstalledClients {
  readonly python: string;
  /** The command line's program, for `python`. */
  readonly program: string;
}

/** Installs the SDK and the command line of FastScore 1.10 with pip, once per list of requirements. */
export async function installClients(): Promise<InstalledClients> {
  const programs = await virtualEnvironment(SUITE);
  return { python: join(programs, 'python'), program: join(programs, 'fastscore') };
}
