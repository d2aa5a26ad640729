import { FastScoreError } from '../core/errors.ts';

/** Model types that have an import policy, and the language that the policy is for. */
const LANGUAGES: Readonly<Record<string, string>> = {
  python: 'python',
  python2: 'python',
  python3: 'python3',
  R: 'r',
  r: 'r',
  java: 'java',
  c: 'c',
};

/** @throws FastScoreError BAD_INPUT when there is no type, MODEL_TYPE_UNKNOWN for one that has no policy */
export function policyLanguage(type: string | undefined): string {
  if (type === undefined) {
    throw new FastScoreError('BAD_INPUT', 'Model type not set (use -type: option)', { hint: '--type python3' });
  }
  if (Object.hasOwn(LANGUAGES, type)) return LANGUAGES[type]!;
  throw new FastScoreError('MODEL_TYPE_UNKNOWN', `Model type '${type}' not recognized`, {
    hint: 'Policies are for python, python3, R, java and c',
  });
}
