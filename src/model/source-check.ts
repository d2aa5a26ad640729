import { FastScoreError } from '../core/errors.ts';
import type { Language } from './language.ts';
import { quoteLine } from './quote-line.ts';

/** What a language's own parser says about a source that was not run. */
export type SourceCheck = CheckedSource | SyntaxProblem;

export interface CheckedSource {
  readonly ok: true;
  /** Names of the positional parameters of each function defined at the top level; `*args` and `...` take any number. */
  readonly functions: Readonly<Record<string, readonly string[]>>;
  /** Other names bound at the top level; `*` when there may be any, as after `from module import *`. */
  readonly assigned: readonly string[];
  readonly imports: readonly string[];
  /** Imports that are not installed. */
  readonly missing: readonly string[];
  /** Imports that the source can do without. */
  readonly guarded: readonly string[];
  /** Functions that compute a value and give it to nobody, with the line of it. */
  readonly silent: Readonly<Record<string, number>>;
  /** Lines that change what was read from a cell or pool. */
  readonly changedCopies: readonly number[];
}

export interface SyntaxProblem {
  readonly ok: false;
  readonly line: number;
  readonly column: number;
  readonly message: string;
  /** The offending line. */
  readonly text: string;
  /** The source would do for Python 2. */
  readonly python2?: boolean;
}

/** @throws FastScoreError MODEL_SYNTAX */
export function assertSyntax(language: Language, check: SourceCheck): asserts check is CheckedSource {
  if (check.ok) return;
  const { line, column, message, text, python2 = false } = check;
  const position = `line ${line}, column ${column}`;
  const shown = text.trim() === '' ? '' : `: ${quoteLine(text)}`;
  const details = { line, column, text, python2 };
  if (python2) {
    throw new FastScoreError(
      'MODEL_SYNTAX',
      `The model is Python 2, and this engine runs Python 3: ${position}: ${message}${shown}`,
      {
        hint: 'Convert the source, for example with "2to3 -w FILE"',
        details,
      },
    );
  }
  const name = language === 'python' ? 'Python 3' : 'R';
  const hint = otherLanguage(language, text);
  throw new FastScoreError('MODEL_SYNTAX', `The model is not valid ${name}: ${position}: ${message}${shown}`, {
    details,
    ...(hint === undefined ? {} : { hint }),
  });
}

/** What to do about a source in the other language, by the line that its parser could not read. */
function otherLanguage(language: Language, line: string): string | undefined {
  if (language === 'python' && /<-\s*function\s*\(/.test(line))
    return 'It looks like R: name the file .R, or the type R';
  if (language === 'R' && /^\s*(?:def\s+\w+\s*\(|import\s+\w|from\s+\S+\s+import\b)/.test(line)) {
    return 'It looks like Python: name the file .py, or the type python3';
  }
  return undefined;
}
