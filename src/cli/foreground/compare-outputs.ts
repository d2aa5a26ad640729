import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { FastScoreError } from '../../core/errors.ts';
import { canonicalJson } from '../../util/canonical-json.ts';
import { jsonEqual } from '../../util/json-equal.ts';
import type { Io } from '../io.ts';
import { fileError } from '../read-input.ts';
import { shorten } from '../shorten.ts';

const SHOWN = 10;
const LONGEST_RECORD = 100;

/**
 * Compares two files of JSON lines, value by value. Blank lines do not count.
 * @returns null when they are equal, else the first differences in words
 */
export async function compareOutputs(
  io: Io,
  files: { expected: string; actual: string; unordered: boolean },
): Promise<string | null> {
  const expected = jsonLines(resolve(io.cwd, files.expected), files.expected);
  const actual = jsonLines(files.actual, 'the output');
  const differences = files.unordered ? await compareBags(expected, actual) : await compareLists(expected, actual);
  if (differences.length === 0) return null;
  const more = differences.length - SHOWN;
  return [...differences.slice(0, SHOWN), ...(more > 0 ? [`  ... and ${more} more`] : [])].join('\n');
}

async function compareLists(expected: AsyncIterator<string>, actual: AsyncIterator<string>): Promise<string[]> {
  const differences: string[] = [];
  for (let number = 1; ; number++) {
    const [wanted, got] = [await expected.next(), await actual.next()];
    if (wanted.done && got.done) return differences;
    if (got.done) differences.push(`  output ${number}: missing, expected ${show(wanted.value)}`);
    else if (wanted.done) differences.push(`  output ${number}: unexpected ${show(got.value)}`);
    else if (!jsonEqual(wanted.value, got.value)) {
      differences.push(`  output ${number}: expected ${show(wanted.value)}, got ${show(got.value)}`);
    }
  }
}

/** Equal spellings are counted off first; only what is left is compared value by value. */
async function compareBags(expected: AsyncIterable<string>, actual: AsyncIterable<string>): Promise<string[]> {
  const wanted = new Map<string, number>();
  for await (const line of expected) add(wanted, canonical(line), 1);
  const surplus: string[] = [];
  for await (const line of actual) {
    const text = canonical(line);
    if ((wanted.get(text) ?? 0) > 0) add(wanted, text, -1);
    else surplus.push(text);
  }
  const missing = [...wanted].flatMap(([text, count]) => Array.from({ length: count }, () => text));
  const unexpected = surplus.filter((text) => {
    const match = missing.findIndex((candidate) => jsonEqual(candidate, text));
    if (match !== -1) missing.splice(match, 1);
    return match === -1;
  });
  return [
    ...missing.map((text) => `  missing: ${show(text)}`),
    ...unexpected.map((text) => `  unexpected: ${show(text)}`),
  ];
}

const add = (counts: Map<string, number>, text: string, by: number): unknown =>
  counts.set(text, (counts.get(text) ?? 0) + by);

const canonical = (text: string): string => [...canonicalJson(text)].join('');

const show = (text: string): string => shorten(text, LONGEST_RECORD);

async function* jsonLines(path: string, shownAs: string): AsyncGenerator<string> {
  const input = createReadStream(path);
  const opened = new Promise((resolveOpen, reject) => input.once('open', resolveOpen).once('error', reject));
  await opened.catch((cause: unknown) => {
    throw fileError(shownAs, cause);
  });
  let number = 0;
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    number++;
    if (line.trim() === '') continue;
    assertJson(line, `${shownAs}, line ${number}`);
    yield line;
  }
}

function assertJson(line: string, where: string): void {
  try {
    JSON.parse(line);
  } catch (cause) {
    throw new FastScoreError('BAD_INPUT', `${where} is not JSON: ${show(line)}`, { cause });
  }
}
