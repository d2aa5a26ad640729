import { Readable } from 'node:stream';
import { FastScoreError } from '../../core/errors.ts';
import { SNAPSHOT_MAGIC } from '../../core/snapshot/format.ts';
import { readSnapshot } from '../../core/snapshot/read.ts';
import type { Entry } from '../../core/state/entry.ts';
import { cellKey, itemKey } from '../../core/state/key.ts';
import { jsonValue } from '../../core/state/value.ts';
import type { Engine } from '../../engine/types.ts';
import type { Cli } from '../command.ts';
import { compareStates } from '../compare-states.ts';
import { readInput } from '../read-input.ts';
import { renderDifferences } from '../state-differences.ts';
import { jsonMembers } from './json-members.ts';

const SHOWN = 20;

/**
 * Compares the state of an engine with a snapshot file, or with `{"cells": {...}, "pools": {...}}`.
 * @param trusted whether R may open the objects of the file
 * @returns null when they are equal, else what leads from the one that was expected to the one that is
 */
export async function compareState(
  cli: Cli,
  engine: Engine,
  { file, trusted }: { file: string; trusted: boolean },
): Promise<string | null> {
  const expected = await readExpected(cli, file);
  const actual = [...engine.stateEntries()].map(({ key, json, native }): Entry => [key, { json, native }]);
  const differences = await compareStates(cli, { before: expected, after: actual, trusted });
  if (differences.length === 0) return null;
  const more = differences.length - SHOWN;
  const shown = renderDifferences(differences.slice(0, SHOWN), cli.out.colours).replaceAll(/^/gm, '  ');
  return more > 0 ? `${shown}\n  ... and ${more} more` : shown;
}

async function readExpected(cli: Cli, file: string): Promise<readonly Entry[]> {
  const contents = await readInput(cli, file);
  if (contents.subarray(0, SNAPSHOT_MAGIC.length).toString('latin1') === SNAPSHOT_MAGIC) {
    return (await readSnapshot(Readable.from([contents]))).entries;
  }
  try {
    return plainEntries(contents.toString('utf8'));
  } catch (cause) {
    throw new FastScoreError(
      'BAD_INPUT',
      `${file} is neither a snapshot nor {"cells": {...}, "pools": {...}}: ${(cause as Error).message}`,
      { cause },
    );
  }
}

/** @throws SyntaxError */
function plainEntries(text: string): Entry[] {
  const entries: Entry[] = [];
  for (const [member, value] of jsonMembers(text)) {
    if (member === 'cells') {
      for (const [name, json] of jsonMembers(value)) entries.push([cellKey(name), jsonValue(json)]);
    } else if (member === 'pools') {
      for (const [pool, items] of jsonMembers(value)) {
        for (const [item, json] of jsonMembers(items)) entries.push([itemKey(pool, item), jsonValue(json)]);
      }
    } else throw new SyntaxError(`it has a member "${member}"`);
  }
  return entries;
}
