import type { ChildProcess } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';

/** A started interpreter and the two directions of its frame channel. */
export interface JetProcess {
  readonly child: ChildProcess;
  readonly input: Writable;
  readonly output: Readable;
  /** To be called when the jet has said hello or has ended: what was held open for it until then is let go. */
  opened(): void;
  /** To be called after each frame that is not a reply, where the jet cannot ask `input` whether there is something. */
  readonly ring?: () => void;
}
