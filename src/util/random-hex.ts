/**
 * Random bytes as hexadecimal digits. From the global `crypto`, which is loaded on first use: node:crypto costs 6 ms, also of
 * commands that need no random bytes.
 */
export function randomHex(bytes: number): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(bytes))).toString('hex');
}
