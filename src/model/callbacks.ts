import { FastScoreError } from '../core/errors.ts';
import { nearestName } from '../util/nearest-name.ts';
import type { ModelInfo } from './describe.ts';
import type { CheckedSource } from './source-check.ts';

/**
 * Verifies that every input slot in use has a function to call. Explicit models have no callbacks.
 * @throws FastScoreError MODEL_INVALID
 */
export function verifyCallbacks(info: Pick<ModelInfo, 'slots'>, check: CheckedSource): void {
  for (const { slot, action } of info.slots) if (action !== null) verifyAction(slot, action, check);
}

function verifyAction(slot: number, action: string, { functions, assigned }: CheckedSource): void {
  if (!Object.hasOwn(functions, action)) {
    if (assigned.includes(action) || assigned.includes('*')) return;
    throw missingAction(slot, action, Object.keys(functions));
  }
  const parameters = functions[action] ?? [];
  if (parameters.some((name) => name.startsWith('*') || name === '...')) return;
  if (parameters.length >= 1 && parameters.length <= 3) return;
  throw new FastScoreError(
    'MODEL_INVALID',
    `Function '${action}', the action of slot ${slot}, takes ${count(parameters.length, 'parameter')} instead of 1, 2 or 3`,
    { hint: 'An action takes (data), (data, slot) or (data, slot, seqno)', details: { slot, action, parameters } },
  );
}

function missingAction(slot: number, action: string, defined: readonly string[]): FastScoreError {
  const near = nearestName(action, defined);
  const known = defined.length === 0 ? 'no functions' : `the functions ${defined.slice(0, MAX_LISTED).join(', ')}`;
  const more = defined.length > MAX_LISTED ? ` and ${defined.length - MAX_LISTED} more` : '';
  const rename = `Define it, or name another function with "# fastscore.action.${slot}: FUNCTION"`;
  return new FastScoreError(
    'MODEL_INVALID',
    `Slot ${slot} calls function '${action}', which the model does not define; it defines ${known}${more}`,
    { hint: near === undefined ? rename : `Did you mean '${near}'? ${rename}`, details: { slot, action, defined } },
  );
}

const MAX_LISTED = 20;

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;
