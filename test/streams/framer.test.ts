import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Reject } from '../../src/core/records.ts';
import type { Encoding } from '../../src/streams/encodings/encoding.ts';
import { json } from '../../src/streams/encodings/json.ts';
import { raw } from '../../src/streams/encodings/raw.ts';
import { utf8 } from '../../src/streams/encodings/utf8.ts';
import { createDelimited } from '../../src/streams/envelopes/delimited.ts';
import type { Envelope } from '../../src/streams/envelopes/envelope.ts';
import { createFixed } from '../../src/streams/envelopes/fixed.ts';
import { unframed } from '../../src/streams/envelopes/unframed.ts';
import type { Framed } from '../../src/streams/framer.ts';
import { Framer } from '../../src/streams/framer.ts';

const SEPARATORS = ['\n', '\r\n', 'aa', 'aab'];

/** Bytes that are likely to hold separators, parts of them and control records. */
const pieces = fc.array(
  fc.constantFrom(
    ...['a', 'b', '\n', '\r', '\r\n', 'aab', '{}', '"a"', ' ', 'é', '\u262efastscore.set', '\u262efastscore.pig|7'],
    ...['\xfastscore.set', '{"$fastscore":"set"}', '{"$fastscore":"pig","id":7}', '\0', '1', '[1,\n2]'],
  ),
  { maxLength: 30 },
);
const bytes = pieces.map((texts) =>
  Buffer.concat(texts.map((text) => Buffer.from(text, text.includes('\xfa') ? 'latin1' : 'utf8'))),
);
const plainBytes = fc
  .array(fc.constantFrom('a', 'b', '\n', '\r', 'aab', 'aba'), { maxLength: 30 })
  .map((texts) => Buffer.from(texts.join('')));
const cuts = fc.array(fc.nat(200), { maxLength: 12 });

const envelopes: [string, Envelope][] = [
  ...SEPARATORS.map((separator): [string, Envelope] => [JSON.stringify(separator), createDelimited(separator)]),
  ['fixed 1', createFixed(1)],
  ['fixed 5', createFixed(5)],
  ['none', unframed],
];

for (const encoding of [raw, utf8, json]) {
  test.each(envelopes)(`${encoding.name} records are the same however the bytes come: envelope %s`, (_, envelope) => {
    fc.assert(
      fc.property(bytes, cuts, (data, at) => {
        expect(frame(chunked(data, at), { encoding, envelope })).toEqual(frame([data], { encoding, envelope }));
      }),
    );
  });
}

test.each(SEPARATORS)('records are what lies between separators, the last one may lack its own: %j', (separator) => {
  fc.assert(
    fc.property(plainBytes, cuts, (data, at) => {
      const parts = data.toString('latin1').split(separator);
      if (parts.at(-1) === '') parts.pop();
      const { all } = frame(chunked(data, at), { encoding: raw, envelope: createDelimited(separator) });
      expect(all).toEqual(parts);
    }),
  );
});

test.each(envelopes)('reading on from what is next after a record gives the rest: envelope %s', (_, envelope) => {
  fc.assert(
    fc.property(bytes, cuts, fc.nat(20), (data, at, nth) => {
      const { all, next } = frame(chunked(data, at), { encoding: raw, envelope });
      if (nth >= all.length) return;
      const from = next[nth]!;
      const rest = frame([data.subarray(from)], { encoding: raw, envelope, start: from });
      expect(rest.all).toEqual(all.slice(nth + 1));
      expect(rest.next).toEqual(next.slice(nth + 1));
    }),
  );
});

test.each([1, 4095, 4096, 4097, 8192, 32768])('a chunk may hold any number of records: %i', (count) => {
  const { all, next } = frame([Buffer.from('1\n'.repeat(count))], { encoding: json, envelope: createDelimited('\n') });
  expect(all.length).toBe(count);
  expect(next.at(-1)).toBe(2 * count);
});

test('json lines that are clean are handed on in the memory they came in', () => {
  const data = Buffer.from('{"a":1}\n{"a":2}\n');
  const framer = createFramer({ encoding: json, envelope: createDelimited('\n') });
  const [only] = framer.add([data]);
  expect(only?.kind === 'run' && only.run.data.buffer === data.buffer).toBe(true);
});

test('json records are trimmed, blank ones skipped, and newlines inside of them become tabs', () => {
  const lines = frame([Buffer.from(' 1 \r\n\r\n  \n{"a":\t2}\r\n')], {
    encoding: json,
    envelope: createDelimited('\n'),
  });
  expect(lines.all).toEqual(['1', '{"a":\t2}']);
  const other = frame([Buffer.from('{\n"a": 1\n};\n[2]\n;\n')], { encoding: json, envelope: createDelimited(';') });
  expect(other.all).toEqual(['{\t"a": 1\t}', '[2]']);
});

test('a newline in a json string stays an error: it does not become part of the text', () => {
  const { all } = frame([Buffer.from('"a\nb";')], { encoding: json, envelope: createDelimited(';') });
  expect(() => JSON.parse(String(all[0]))).toThrow(SyntaxError);
});

test('a carriage return before the newline belongs to a text record', () => {
  const { all } = frame([Buffer.from('a\r\nb\n')], { encoding: utf8, envelope: createDelimited('\n') });
  expect(all).toEqual(['a\r', 'b']);
});

test('a byte order mark at the beginning is not data, whatever the chunks', () => {
  for (const encoding of [utf8, json]) {
    for (const at of [[], [1], [2], [1, 2], [3]]) {
      const { all, next } = frame(chunked(Buffer.from('\ufeff1\n2\n'), at), {
        encoding,
        envelope: createDelimited('\n'),
      });
      expect(all).toEqual(['1', '2']);
      expect(next).toEqual([5, 7]);
    }
  }
  expect(frame([Buffer.from('\ufeffa')], { encoding: raw, envelope: unframed }).all).toEqual(['\u00ef\u00bb\u00bfa']);
  expect(frame([Buffer.from('\ufeffa')], { encoding: utf8, envelope: unframed, start: 9 }).all).toEqual(['\ufeffa']);
});

test('text that is not UTF-8 is rejected with its sequence number, its neighbours are kept', () => {
  const data = Buffer.concat([
    Buffer.from('one\n'),
    Buffer.from([0xff, 0x0a]),
    Buffer.from('é\n'),
    Buffer.from([0xc3]),
  ]);
  const { all, rejects } = frame([data], { encoding: utf8, envelope: createDelimited('\n') });
  expect(all).toEqual(['one', 'é']);
  expect(rejects).toMatchObject([
    { by: 'encoding', slot: 2, seqno: 2, reason: 'not valid UTF-8' },
    { seqno: 4, reason: 'not valid UTF-8' },
  ]);
});

test('each of several records that cannot be read in a row has a number of its own', () => {
  const data = Buffer.from('\xff\n\xff\na\n\xff\n\xff\nb', 'latin1');
  for (const at of [[], [2], [1, 2, 5]]) {
    const { rejects } = frame(chunked(data, at), { encoding: utf8, envelope: createDelimited('\n') });
    expect(rejects.map(({ seqno }) => seqno)).toEqual([1, 2, 4, 5]);
  }
});

test('records that split a character between them are both rejected', () => {
  const { all, rejects } = frame([Buffer.from('aéb')], { encoding: utf8, envelope: createFixed(2) });
  expect(all).toEqual([]);
  expect(rejects).toHaveLength(2);
});

test('an incomplete last record of a fixed size is rejected', () => {
  const { all, rejects } = frame([Buffer.from('aaabbbc')], { encoding: raw, envelope: createFixed(3) });
  expect(all).toEqual(['aaa', 'bbb']);
  expect(rejects).toMatchObject([{ seqno: 3, text: 'c', reason: 'record is too short: 1 of 3 bytes' }]);
});

test('a record over the limit is rejected once, cut to its beginning, and reading goes on behind it', () => {
  fc.assert(
    fc.property(cuts, fc.constantFrom(...SEPARATORS), (at, separator) => {
      const long = 'x'.repeat(50);
      const data = Buffer.from(['1', long, '2', 'y'.repeat(10), '3', ''].join(separator));
      const limits = { encoding: raw, envelope: createDelimited(separator), recordLimit: 10 };
      const { all, rejects } = frame(chunked(data, at), limits);
      expect(all).toEqual(['1', '2', 'yyyyyyyyyy', '3']);
      expect(rejects).toMatchObject([{ seqno: 2, reason: 'record is longer than 10 bytes' }]);
      expect(long.startsWith(rejects[0]!.text)).toBe(true);
    }),
  );
});

test('a record that never ends does not fill the memory', () => {
  const framer = createFramer({ encoding: raw, envelope: createDelimited('\r\n'), recordLimit: 1000 });
  const chunk = Buffer.alloc(256, 'x');
  for (let i = 0; i < 10_000; i++) expect(framer.add([chunk])).toEqual([]);
  expect(framer.end()).toEqual([]);
});

test('whole records are limited, counted and told apart from control records', () => {
  const { all, next, rejects } = frame([Buffer.from('1'), Buffer.from('{"$fastscore":"set"}'), Buffer.alloc(99, '2')], {
    encoding: json,
    envelope: null,
    recordLimit: 50,
    start: 5,
  });
  expect(all).toEqual(['1', { kind: 'set' }]);
  expect(next).toEqual([6, 7]);
  expect(rejects).toMatchObject([{ seqno: 2 }]);
});

test('what follows an end control record is ignored, and not rejected either', () => {
  const end = [Buffer.from('a\n\u262efastscore.end\nb\n'), Buffer.from([0xff, 0x0a])];
  const { all, rejects } = frame(end, { encoding: utf8, envelope: createDelimited('\n') });
  expect(all).toEqual(['a', { kind: 'end' }]);
  expect(rejects).toEqual([]);
});

test('an end marker of old descriptors ends the input like an end control record', () => {
  const options = { encoding: json, envelope: createDelimited('\n'), endMarker: '$end-of-stream' };
  const { all } = frame([Buffer.from('1\n"$end-of-stream"\n$end-of-stream\n3\n')], options);
  expect(all).toEqual(['1', '"$end-of-stream"', { kind: 'end' }]);
});

test('an end marker that is also a control record counts once', () => {
  const endMarker = '{"$fastscore":"set"}';
  const { all } = frame([Buffer.from(`1\n${endMarker}\n3\n`)], {
    encoding: json,
    envelope: createDelimited('\n'),
    endMarker,
  });
  expect(all).toEqual(['1', { kind: 'end' }]);
});

test('padding of a fixed size does not hide a control record', () => {
  const data = Buffer.concat([Buffer.alloc(20, '1'), pad('{"$fastscore":"set"}', 20), pad('2', 20)]);
  expect(frame([data], { encoding: json, envelope: createFixed(20) }).all).toEqual([
    '11111111111111111111',
    { kind: 'set' },
    '2',
  ]);
  const rawSet = pad('\xfastscore.set', 20);
  expect(frame([rawSet], { encoding: raw, envelope: createFixed(20) }).all).toEqual([{ kind: 'set' }]);
  expect(frame([pad('\u262efastscore.pig|7', 24)], { encoding: utf8, envelope: createFixed(24) }).all).toEqual([
    { kind: 'pig', id: 7 },
  ]);
});

test.each([
  ['little', Buffer.from('\ufeff"a"\n', 'utf16le')],
  ['big', Buffer.from('\ufeff"a"\n', 'utf16le').swap16()],
])('text in UTF-16 is refused in words, however the bytes come: %s end first', (_, data) => {
  for (const encoding of [json, utf8]) {
    for (const chunks of [[data], Array.from(data, (byte) => Buffer.of(byte))]) {
      const read = () => frame(chunks, { encoding, envelope: createDelimited('\n') });
      expect(read).toThrow('begins with the byte order mark of UTF-16, and only UTF-8 is read');
    }
  }
  expect(frame([data], { encoding: raw, envelope: unframed }).all).toEqual([data.toString('latin1')]);
});

test.each(['', '\xff', '\xfe', '\xef\xbb', '\xfea'])('bytes that only begin as a mark are data: %j', (text) => {
  const data = Buffer.from(text, 'latin1');
  const { all, rejects } = frame([data], { encoding: utf8, envelope: createDelimited('\n') });
  expect([all, rejects.length]).toEqual([[], text === '' ? 0 : 1]);
});

interface FrameOptions {
  readonly encoding: Encoding;
  readonly envelope: Envelope | null;
  readonly start?: number;
  readonly recordLimit?: number;
  readonly endMarker?: string;
  readonly onReject?: (reject: Reject) => void;
}

function createFramer(options: FrameOptions): Framer {
  const { encoding, envelope, start = 0, recordLimit = 1_000_000, endMarker = null, onReject = () => {} } = options;
  return new Framer({ slot: 2, encoding, schema: null, envelope, endMarker, recordLimit, onReject }, start);
}

/** All records (as text) and control records, what is next after each, and what was rejected. */
function frame(chunks: readonly Buffer[], options: FrameOptions) {
  const rejects: Reject[] = [];
  const framer = createFramer({ ...options, onReject: (reject) => rejects.push(reject) });
  const framed = options.envelope === null ? framer.add(chunks) : chunks.flatMap((chunk) => framer.add([chunk]));
  framed.push(...framer.end());
  const all: (string | object)[] = [];
  const next: number[] = [];
  for (const item of framed) {
    if (item.kind === 'failure') throw item.error;
    if (item.kind === 'control') {
      all.push(item.control);
      next.push(item.next);
    } else {
      all.push(...textsOf(item, options.encoding));
      for (const after of item.run.next) next.push(item.run.base + after);
    }
  }
  return { all, next, rejects };
}

function textsOf({ run }: Extract<Framed, { kind: 'run' }>, encoding: Encoding): string[] {
  const newline = encoding.form === 'json' ? 1 : 0;
  const charset = encoding.form === 'bytes' ? 'latin1' : 'utf8';
  const texts: string[] = [];
  for (let i = 0; i < run.count; i++) {
    if (newline === 1) expect(run.data[run.bounds[i + 1]! - 1]).toBe(10);
    texts.push(run.data.toString(charset, run.bounds[i], run.bounds[i + 1]! - newline));
  }
  return texts;
}

function chunked(data: Buffer, at: readonly number[]): Buffer[] {
  const places = [0, ...at.filter((place) => place < data.length).sort((a, b) => a - b), data.length];
  return places.slice(1).map((end, i) => data.subarray(places[i], end));
}

function pad(text: string, size: number): Buffer {
  const padded = Buffer.alloc(size);
  padded.write(text, text.includes('\xfa') ? 'latin1' : 'utf8');
  return padded;
}

test('a record by itself is what a cut would make of it, or left to the cut', () => {
  let taken = 0;
  fc.assert(
    fc.property(bytes, (record) => {
      const one = newFramer().one(record);
      if (one === null) return;
      taken += 1;
      const [framed, ...others] = newFramer().add([record]);
      // Control records are looked for before.
      if (framed?.kind === 'control') return;
      expect(others).toEqual([]);
      const { form, count, data } = one;
      expect(framed).toMatchObject({ kind: 'run', run: { form, count, data } });
    }),
    { numRuns: 300 },
  );
  expect(taken).toBeGreaterThan(0);
  expect(newFramer(2).one(Buffer.from('123'))).toBeNull();
});

function newFramer(recordLimit = 1000): Framer {
  const options = { slot: 0, encoding: json, schema: null, envelope: null, endMarker: null, recordLimit };
  return new Framer({ ...options, onReject: () => {} }, 0);
}
