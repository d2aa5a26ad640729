import { randomBytes } from 'node:crypto';

const LIFETIME_MS = 24 * 3600 * 1000;
const MOST = 1000;

/** Who has logged in with a name and the token: clients of 1.10 then come back with a cookie. */
export class Sessions {
  /** When each ends, the oldest first. */
  readonly #ends = new Map<string, number>();

  /** @returns the value of the cookie */
  open(): string {
    const id = randomBytes(32).toString('hex');
    this.#ends.set(id, Date.now() + LIFETIME_MS);
    const [oldest] = this.#ends.keys();
    if (this.#ends.size > MOST && oldest !== undefined) this.#ends.delete(oldest);
    return id;
  }

  /** @param cookie as sent: `connect.sid=ID`, or as clients of 1.10 send it, the value alone */
  has(cookie: string): boolean {
    return cookie
      .split(';')
      .map((one) => one.trim().replace(/^connect\.sid=/, ''))
      .some((id) => (this.#ends.get(id) ?? 0) > Date.now());
  }
}
