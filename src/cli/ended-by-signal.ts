import { constants } from 'node:os';
import { FastScoreError } from '../core/errors.ts';

/** Signals that end a command in good order. */
export type EndSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

/** Why a command ends before its time. The exit status is the one that shells give to who dies of the signal. */
export class EndedBySignal extends FastScoreError {
  readonly signal: EndSignal;

  constructor(signal: EndSignal) {
    super('INTERRUPTED', signal === 'SIGINT' ? 'Interrupted' : `Ended by ${signal}`);
    this.signal = signal;
  }

  override get exitStatus(): number {
    return statusOfSignal(this.signal);
  }
}

/** 130 for Ctrl-C, 143 for SIGTERM, 129 for a terminal that was closed. */
export function statusOfSignal(signal: EndSignal): number {
  return 128 + constants.signals[signal];
}
