import { FastScoreError } from '../core/errors.ts';
import { encodeFileName, FILE_NAME_LIMIT_BYTES } from '../util/file-names.ts';

/**
 * The one rule for names of models, schemas, streams, sensors and attachments. Blanks, `/` and all scripts are
 * allowed: a name is encoded before it becomes a file name, so no name leads out of the catalog. Names that differ
 * only in case are different names; a disk that does not tell them apart cannot hold both.
 * @param what the kind of asset, such as `model`
 * @throws FastScoreError BAD_NAME
 */
export function assertName(what: string, name: string): void {
  const broken = RULES.find((rule) => rule.isBroken(name));
  if (broken === undefined) return;
  throw new FastScoreError(
    'BAD_NAME',
    `'${shorten(name)}' is no name for ${/^[aeiou]/.test(what) ? 'an' : 'a'} ${what}: it ${broken.flaw}`,
    {
      hint: broken.rule,
    },
  );
}

/** Whether `assertName` would let it pass. */
export function isName(name: string): boolean {
  return !RULES.some((rule) => rule.isBroken(name));
}

/** Room for the suffixes of all kinds of assets, so that a name good for one kind is good for all. */
const SUFFIX_BYTES = 16;
const MAX_BYTES = FILE_NAME_LIMIT_BYTES - SUFFIX_BYTES;

/** In this order: a later rule relies on the ones before it. */
const RULES: readonly { readonly flaw: string; readonly rule: string; isBroken(name: string): boolean }[] = [
  {
    flaw: 'is empty',
    rule: 'A name has at least one character that is not blank',
    isBroken: (name) => name.trim() === '',
  },
  {
    flaw: 'is too long',
    rule: `A name has at most ${MAX_BYTES} letters, digits, '.', '_' and '-'; each byte of another character counts as three`,
    isBroken: (name) => name.length > MAX_BYTES || encodedLength(name) > MAX_BYTES,
  },
  {
    flaw: 'has a control character',
    rule: 'A name has no control characters, such as line ends and tabs',
    isBroken: (name) => CONTROL.test(name),
  },
  {
    flaw: 'has half of a character',
    rule: 'A name is valid Unicode',
    isBroken: (name) => HALF_CHARACTER.test(name),
  },
  {
    flaw: "has a part '.' or '..'",
    rule: "A name has no part '.' or '..' between slashes",
    isBroken: (name) => name.split(/[/\\]/).some((part) => part === '.' || part === '..'),
  },
];

const CONTROL = /[\p{Cc}\u2028\u2029]/u;
const HALF_CHARACTER = /\p{Surrogate}/u;

function encodedLength(name: string): number {
  try {
    return encodeFileName(name).length;
  } catch {
    // Longer than any file name; half characters have their own rule.
    return HALF_CHARACTER.test(name) ? 0 : Number.POSITIVE_INFINITY;
  }
}

const MAX_SHOWN = 60;

function shorten(name: string): string {
  const shown = [...name].slice(0, MAX_SHOWN).join('');
  const clean = shown.replace(/[\p{Cc}\u2028\u2029\p{Surrogate}]/gu, '\uFFFD');
  return shown.length < name.length ? `${clean}...` : clean;
}
