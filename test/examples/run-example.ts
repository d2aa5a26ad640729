import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { packageRoot } from '../../src/util/package-root.ts';
import { runBinary } from '../e2e/support/run-binary.ts';

export const EXAMPLES: string = join(packageRoot, 'examples');

/** Examples that need pandas when they are in Python. */
export const WITH_TABLES: readonly string[] = ['record-sets/outliers', 'explicit/totals'];

/** Runs a model of the examples on the input beside it, and compares outputs and state with those beside it. */
export function runExample(home: string, model: string, options: readonly string[] = []) {
  const folder = join(EXAMPLES, dirname(model));
  const input = readFileSync(join(folder, 'input.jsonl'));
  const expectations = ['--expect', join(folder, 'output.jsonl'), '--expect-state', join(folder, 'state.json')];
  return runBinary(['run', join(EXAMPLES, model), '-', '-', ...expectations, ...options], { home, input });
}
