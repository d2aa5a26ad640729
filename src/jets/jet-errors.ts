import { FastScoreError } from '../core/errors.ts';
import type { ModelFailure } from './protocol.ts';

/** A model's own error: not a fault of the jet. */
export class ModelFailedError extends FastScoreError {
  readonly failure: ModelFailure;

  constructor(failure: ModelFailure) {
    super('MODEL_FAILED', failure.message, { details: { phase: failure.phase, traceback: failure.traceback } });
    this.failure = failure;
  }
}

/** The process ended although nobody asked it to. */
export class JetGoneError extends FastScoreError {
  constructor(how: string) {
    super('JET_CRASHED', `A jet ended unexpectedly: ${how}`);
  }
}
