/** What stands in the place of a secret. */
export const MASK = '*****';

const REFERENCE = 'secret://';

/** What `value`, which is a secret, is shown as: a reference such as `secret://db` as it is. */
export const shownSecret = (value: string): string => (value === '' || value.startsWith(REFERENCE) ? value : MASK);

/**
 * `text` with what `replace` gives for each secret in it: passwords, tokens, keys and signatures after their usual names, in a query, a
 * connection string, a header or a member of JSON; users in addresses; private keys.
 */
export function replaceSecrets(text: string, replace: (secret: string) => string): string {
  // Most texts have none of the signs without which there is no secret.
  if (!/[:=]|PRIVATE KEY/.test(text)) return text;
  return FORMS.reduce(
    (before, form) =>
      before.replace(form, (...match: unknown[]) => {
        const { start, secret, end = '' } = match.at(-1) as Readonly<Record<string, string>> & Found;
        return shownSecret(secret) === MASK ? `${start}${replace(secret)}${end}` : `${start}${secret}${end}`;
      }),
    text,
  );
}

interface Found {
  readonly start: string;
  readonly secret: string;
}

/** Whether a member of that name, or a header, holds a secret. */
export const isSecretName = (name: string): boolean => MEMBER_NAME.test(name);

/** Between the parts of a name; in a query it may be encoded. */
const DASH = '(?:[-_. ]|%2d|%5f)?';
const PASSWORDS = 'password|passwd|passphrase|passcode|pwd|secret|token';
const KEYS = `(?:access|account|api|auth|private|secret|shared|subscription)${DASH}key`;
const PROOFS = 'credentials?|signature|authorization|cookie|jwt';

const MEMBER_NAME = new RegExp(`(?:${PASSWORDS}|${KEYS}|${PROOFS})$|^(?:pass|sig)$`, 'i');

/** In a sentence, words such as "signature" may have a colon behind them and mean nothing by it. */
const IN_TEXT = `\\b[\\w.-]{0,40}?(?:${PASSWORDS}|${KEYS})\\\\?["']?\\s*[:=]\\s*`;
/** In a query, also names that mean a secret only there; as a whole, or behind a prefix such as `X-Amz-`. */
const IN_QUERY = `[\\w.~+%$-]{0,40}?(?:${PASSWORDS}|${KEYS}|${PROOFS})|(?:[\\w.~+%$-]{0,40}[-_.])?(?:auth|code|hmac|key|otp|pass|sid|sig|session(?:${DASH}id)?)`;
const SCHEMES =
  'apikey|api-key|aws4-hmac-sha256|basic|bearer|digest|hmac|negotiate|ntlm|oauth|sharedaccesssignature|sharedkey|token';

const FORMS: readonly RegExp[] = [
  /(?<start>-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY-----)(?<secret>[\s\S]*?)(?<end>-----END|$)/g,
  // Name and password in an address; a password may have an @ in it.
  /(?<start>\b[a-z][a-z0-9+.-]{0,20}:\/\/)(?<secret>[^\s/"']+)(?<end>@)/gi,
  new RegExp(
    `(?<start>\\b(?:proxy-)?authorization\\\\?["']?\\s*[:=]\\s*\\\\?["']?(?:(?:${SCHEMES})\\s+)*)(?<secret>[^\\s"',}\\\\]+)`,
    'gi',
  ),
  /(?<start>\bcookie\\?["']?\s*:\s*\\?["']?)(?<secret>[^"'\r\n\\]+)/gi,
  new RegExp(`(?<start>(?:[?&#]|&amp;)(?:${IN_QUERY})(?:\\[\\]|%5b%5d)?=)(?<secret>[^&#\\s"'<>]+)`, 'gi'),
  // Connection strings of databases: a password may have blanks in it, and semicolons when it stands in braces.
  /(?<start>(?:^|;)\s*(?:pwd|password)\s*=\s*)(?<secret>\{(?:[^}]|\}\})*\}|[^;\s{][^;]*)/gi,
  // Parts of a text that was cut have no closing quote.
  new RegExp(
    `(?<start>${IN_TEXT}(?<quote>\\\\?["']))(?<secret>(?:(?!\\k<quote>)(?:\\\\[^]|[^\\\\]))*)(?<end>\\k<quote>|$)`,
    'gi',
  ),
  new RegExp(`(?<start>${IN_TEXT})(?!//|\\{)(?<secret>\\*{5}(?=#)|(?:\\\\(?!["'])|[^\\s"',;&})\\\\])+)`, 'gi'),
];
