import type { FastScoreError } from '../core/errors.ts';
import type { Run } from './cut.ts';
import type { ControlRecord, InputItem, InputPosition } from './types.ts';

/** Framed input that waits for the engine. Filled by the stream's pump, emptied by `take`. */
export interface ItemQueue {
  addRun(run: Run): void;
  /** @param next what is to be read next after the control record */
  addControl(control: ControlRecord, next: number): void;
  /** The input starts again from its beginning: no batch goes across. */
  addLoop(): void;
  addEof(control: ControlRecord | null): void;
  /** Nothing follows: what has come before is taken first. */
  addFailure(error: FastScoreError): void;
  /** Everything that the transport had at once has been added. */
  settle(): void;
  take(limit: number): InputItem | undefined;
  /** Whether `take` has something. */
  readonly takeable: boolean;
  /** Memory held for what can be taken. */
  readonly bytes: number;
  /** Hands everything on to another queue; this one is empty then. */
  moveTo(queue: ItemQueue): void;
  /** Forgets everything. */
  clear(): void;
}

/** Turns "what is to be read next" into a position; null for a transport that cannot seek. */
export type PositionOf = (next: number) => InputPosition | null;
