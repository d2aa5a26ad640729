import { randomInt } from 'node:crypto';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';
const LENGTH = 8;

/** 8 random lower-case letters and digits. */
export function newSnapshotId(): string {
  return Array.from({ length: LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
}

/** Whether it has the form of an id, known or not. */
export function isSnapshotId(text: string): boolean {
  return /^[a-z0-9]{8}$/.test(text);
}
