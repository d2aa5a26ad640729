import { randomInt } from 'node:crypto';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';
const LENGTH = 8;

/** 8 random lower-case letters and digits. */
export function newSnapshotId(): string {
  return Array.from({ length: LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
}

/** Whether it has the form of the ids that engines give. */
export function isSnapshotId(text: string): boolean {
  return /^[a-z0-9]{8}$/.test(text);
}

/** As part of an expression: under what a snapshot may be kept. Whoever imports one chooses. */
export const STORED_ID = '[A-Za-z0-9][A-Za-z0-9_-]{0,63}';

const WHOLE = new RegExp(`^${STORED_ID}$`);

/** Whether a snapshot may be kept under it. `latest` is what people call the newest one. */
export const isStoredId = (text: string): boolean => WHOLE.test(text) && text !== 'latest';
