import { FastScoreError } from '../../core/errors.ts';
import type { Engine } from '../../engine/types.ts';
import type { Cli } from '../command.ts';
import { compareOutputs } from './compare-outputs.ts';
import { compareState } from './compare-state.ts';

export interface Expectations {
  readonly expect: string | undefined;
  readonly unordered: boolean;
  readonly expectState: string | undefined;
  /** Whether R may open the objects of `expectState`. */
  readonly trust: boolean;
  /** Where the outputs are. */
  readonly captureFile: string | null;
}

/** @throws FastScoreError OUTPUT_DIFFERS or SNAPSHOT_DIFFERS, with what differs */
export async function checkExpectations(cli: Cli, engine: Engine, expectations: Expectations): Promise<void> {
  const { expect, unordered, expectState, trust, captureFile } = expectations;
  const outputs =
    expect === undefined || captureFile === null
      ? null
      : await compareOutputs(cli.io, { expected: expect, actual: captureFile, unordered });
  const state =
    expectState === undefined ? null : await compareState(cli, engine, { file: expectState, trusted: trust });
  if (outputs === null && state === null) return;
  const sentences = [
    ...(outputs === null ? [] : [`the outputs are not those of ${expect}`]),
    ...(state === null ? [] : [`the state is not that of ${expectState}`]),
  ];
  const message = sentences.join(', and ');
  throw new FastScoreError(
    outputs === null ? 'SNAPSHOT_DIFFERS' : 'OUTPUT_DIFFERS',
    message.charAt(0).toUpperCase() + message.slice(1),
    { details: { differences: [outputs, state].filter((text) => text !== null).join('\n') } },
  );
}
