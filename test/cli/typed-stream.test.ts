import { expect, test } from 'vitest';
import { typedStream } from '../../src/cli/typed-stream.ts';
import { asFastScoreError } from '../../src/core/errors.ts';

function problemOf(text: string): { message: string; hint: string | undefined } {
  try {
    typedStream(text, '/data');
  } catch (thrown) {
    const { message, hint } = asFastScoreError(thrown);
    return { message, hint };
  }
  throw new Error(`'${text}' is a stream`);
}

test('a word without a colon is a name', () => {
  expect(typedStream('scores', '/data')).toBeNull();
  expect(typedStream('in.json', '/data')).toBeNull();
});

test('a descriptor may be typed as JSON, and gets the name of an inline stream', () => {
  const descriptor = { Transport: { Type: 'inline', Data: ['1'] }, Encoding: 'json' };
  expect(typedStream(JSON.stringify(descriptor), '/data')).toEqual({
    name: expect.stringMatching(/^inline-\d+$/),
    descriptor,
  });
});

test('JSON that the shell has taken the quotes from is told with how to keep them', () => {
  const { message, hint } = problemOf('{Transport:REST}');
  expect(message).toMatch(/^The stream descriptor on the command line is not JSON: /);
  expect(hint).toMatch(/^Put it in single quotes: '\{"Transport"/);
});

test('JSON without a Transport is told with what to write', () => {
  const message = 'The stream descriptor on the command line has no Transport';
  expect(problemOf('{"Type":"inline"}')).toEqual({ message, hint: expect.stringMatching(/^Write it like this: '\{/) });
  expect(problemOf('{"transport":"REST"}')).toEqual({ message, hint: 'Write Transport, not transport' });
});

test.each([
  ['REST:', 'rest:'],
  ['Inline:1,2', 'inline:1,2'],
  [' file:/data/in.json', 'file:/data/in.json'],
])('a tag in another case is told with its own: %s', (text, hint) => {
  expect(problemOf(text)).toEqual({ message: expect.stringMatching(/^transport tag unknown: /), hint });
});

test('a tag that is none is told with all that there are', () => {
  expect(problemOf('s3://bucket/key').hint).toMatch(
    /^Use one of http: https: .* or a descriptor for other transports$/,
  );
});

test('a relative path in a file literal starts where the person stands', () => {
  expect(typedStream('file:in.jsonl', '/data')?.descriptor).toMatchObject({ Transport: { Path: '/data/in.jsonl' } });
  expect(typedStream('file:/in.jsonl', '/data')?.descriptor).toMatchObject({ Transport: { Path: '/in.jsonl' } });
});
