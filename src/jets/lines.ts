import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

const LONGEST = 64 * 1024;

/**
 * Hands what a jet prints to `publish`, several lines at a time: all complete lines of a chunk in one text without the last
 * newline. A line that does not end within 64 KiB is published in parts, so that a model cannot fill our memory.
 */
export function publishLines(source: Readable, publish: (text: string) => void): void {
  const decoder = new StringDecoder('utf8');
  let pending = '';
  source.on('data', (chunk: Buffer) => {
    pending += decoder.write(chunk);
    const end = pending.lastIndexOf('\n');
    if (end >= 0) {
      publish(pending.slice(0, end));
      pending = pending.slice(end + 1);
    }
    if (pending.length > LONGEST) {
      publish(pending);
      pending = '';
    }
  });
  source.on('end', () => {
    pending += decoder.end();
    if (pending !== '') publish(pending);
  });
  // A broken pipe to a dead jet is told by its exit.
  source.on('error', () => {});
}
