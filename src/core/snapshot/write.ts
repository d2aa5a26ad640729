import { createHash } from 'node:crypto';
import { asciiString, canonicalJson, isCanonicalScalar } from '../../util/canonical-json.ts';
import { FastScoreError } from '../errors.ts';
import type { Entry } from '../state/entry.ts';
import type { Key } from '../state/key.ts';
import { compareKeys, describeKey } from '../state/key.ts';
import { LateValue } from '../state/late-value.ts';
import type { Part } from '../state/part.ts';
import { isPacked } from '../state/part.ts';
import type { SnapshotHeader } from './format.ts';
import { headerLine, MAX_HEADER_BYTES, MAX_LINE_BYTES, trailerLine } from './format.ts';

const CHUNK_LENGTH = 65_536;
/** Of what is written at once, the last chunk may be longer by a line. */
const BUFFER_LENGTH = 2 * CHUNK_LENGTH;
const SHORT_LENGTH = 4096;
/** A multiple of 3, so that pieces of base64 can be joined. */
const NATIVE_PIECE_BYTES = 49_152;

/**
 * A snapshot as bytes, made as fast as the consumer takes them and never all at once. A chunk is there until the one after the next is asked
 * for: buffers are used again, because a garbage collection comes the sooner the more of them are left behind.
 * @param slices parts in the order of `compareKeys`, such as `capture.slices()`
 * @throws FastScoreError SNAPSHOT_WRITE_FAILED when a value cannot be written so that it can be read again
 */
export async function* encodeSnapshot(
  header: SnapshotHeader,
  slices: AsyncIterable<readonly Part[]> | Iterable<readonly Part[]>,
): AsyncGenerator<Buffer, void, void> {
  const hash = createHash('sha256');
  let pending = headerLine(header);
  if (pending.length > MAX_HEADER_BYTES) throw cannotWrite(`its header takes more than ${MAX_HEADER_BYTES} bytes`);
  let count = 0;
  let previous: Key | undefined;
  const buffers: Buffer[] = [Buffer.alloc(0), Buffer.alloc(0)];
  const takePending = () => {
    let buffer = buffers.shift() as Buffer;
    if (buffer.length < pending.length) buffer = Buffer.allocUnsafeSlow(Math.max(pending.length, BUFFER_LENGTH));
    buffers.push(buffer);
    const chunk = buffer.subarray(0, buffer.write(pending, 'latin1'));
    hash.update(chunk);
    pending = '';
    return chunk;
  };
  const follows = (key: Key) => {
    if (previous !== undefined && compareKeys(previous, key) >= 0) {
      throw new RangeError(`Entries are not in order: ${describeKey(key)} comes after ${describeKey(previous)}`);
    }
    previous = key;
  };
  for await (const slice of slices) {
    for (const part of slice) {
      if (isPacked(part)) {
        follows(part.key(0));
        previous = part.key(part.count - 1);
        count += part.count;
        const { bytes } = part;
        if (bytes.length < CHUNK_LENGTH) pending += bytes.toString('latin1');
        else {
          if (pending !== '') yield takePending();
          hash.update(bytes);
          yield bytes;
        }
      } else {
        const [key, value] = part;
        follows(key);
        count++;
        const pieces = value instanceof LateValue ? value.pieces : null;
        const line = pieces === null ? shortLine(part) : null;
        if (line !== null) pending += line;
        else if (pieces !== null) {
          pending += `${lineStart(key)},"value":`;
          yield takePending();
          for (const piece of pieces) {
            hash.update(piece);
            yield piece;
          }
          pending += '}\n';
        } else {
          for (const piece of boundedLine(part)) {
            pending += piece;
            if (pending.length >= CHUNK_LENGTH) yield takePending();
          }
        }
      }
      if (pending.length >= CHUNK_LENGTH) yield takePending();
    }
  }
  yield takePending();
  yield Buffer.from(trailerLine(count, hash.digest('hex')), 'latin1');
}

/** Most entries are a number or a short text: their line is made at once. null for the others. */
function shortLine([key, { json, native }]: Entry): string | null {
  if (native !== null || json === null || json.length > SHORT_LENGTH || !isCanonicalScalar(json)) return null;
  return `${lineStart(key)},"value":${json}}\n`;
}

function* boundedLine(entry: Entry): Generator<string, void, void> {
  let length = 0;
  for (const piece of linePieces(entry)) {
    length += piece.length;
    if (length > MAX_LINE_BYTES) throw cannotWriteValue(entry[0], `takes more than ${MAX_LINE_BYTES} bytes`);
    yield piece;
  }
}

function* linePieces([key, value]: Entry): Generator<string, void, void> {
  yield lineStart(key);
  if (value.native !== null) {
    const { language, data } = value.native;
    yield `,"${language}":"`;
    for (let at = 0; at < data.length; at += NATIVE_PIECE_BYTES) {
      yield data.toString('base64', at, Math.min(at + NATIVE_PIECE_BYTES, data.length));
    }
    yield '"';
  } else if (value.json === null) {
    throw cannotWriteValue(key, 'has neither a JSON form nor a native one');
  }
  if (value.json !== null) {
    yield ',"value":';
    yield* canonicalValue(key, value.json);
  }
  yield '}\n';
}

function lineStart(key: Key): string {
  return key.kind === 'cell'
    ? `{"cell":${asciiString(key.name)}`
    : `{"pool":${asciiString(key.pool)},"item":${asciiString(key.item)}`;
}

function* canonicalValue(key: Key, json: string): Generator<string, void, void> {
  try {
    yield* canonicalJson(json);
  } catch (error) {
    if (error instanceof SyntaxError) throw cannotWriteValue(key, `is not JSON (${error.message})`);
    throw error;
  }
}

function cannotWriteValue(key: Key, reason: string): FastScoreError {
  return cannotWrite(`the value of ${describeKey(key)} ${reason}`);
}

function cannotWrite(reason: string): FastScoreError {
  return new FastScoreError('SNAPSHOT_WRITE_FAILED', `Cannot write a snapshot: ${reason}`);
}
