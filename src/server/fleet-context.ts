import type { Configurable } from './configure.ts';
import type { Guesses } from './guesses.ts';
import type { RouteTable } from './route-table.ts';
import type { Sessions } from './sessions.ts';

/** What the services of Connect, and those that all instances have, need. */
export interface FleetContext extends Configurable {
  readonly routes: RouteTable;
  readonly sessions: Sessions;
  readonly guesses: Guesses;
  /** What every request must carry, if anything. */
  readonly token?: string;
  readonly hasTls: boolean;
  /** Ends the process in good order; absent where that is nobody's business. Requests on a Unix socket may, others only if `shutdownOverTcp`. */
  readonly shutdown?: () => void;
  readonly shutdownOverTcp: boolean;
}
