import { FastScoreError } from '../core/errors.ts';
import type { ModelType } from './types.ts';

/** The languages that jets run. */
export type Language = 'python' | 'R';

const LANGUAGES: Partial<Record<ModelType, Language>> = { python: 'python', python3: 'python', R: 'R' };

/**
 * The language that runs models of `type`. Type `python` says Python 2 and runs in Python 3 too: the syntax check finds
 * what Python 3 cannot read.
 * @throws FastScoreError MODEL_TYPE_UNSUPPORTED
 */
export function languageOf(type: ModelType): Language {
  const language = LANGUAGES[type];
  if (language !== undefined) return language;
  throw new FastScoreError(
    'MODEL_TYPE_UNSUPPORTED',
    `Models of type '${type}' cannot run: this engine runs Python 3 and R`,
    {
      hint: `Models of type '${type}' can be stored and shown; only python, python3 and R models can be verified and loaded`,
    },
  );
}
