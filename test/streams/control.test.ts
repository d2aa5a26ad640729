import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ControlFormat } from '../../src/streams/control.ts';
import { jsonControl, rawControl, textControl } from '../../src/streams/control.ts';
import type { ControlRecord } from '../../src/streams/types.ts';

const kind = fc.constantFrom('end', 'set', 'pig', 'snapshot');
const id = fc.integer({ min: 0, max: 0x7fffffff });
const timestamp = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const misc = fc.string({ unit: 'grapheme-ascii', minLength: 1 });
const anyControl = fc.record({ kind, id, timestamp, misc }, { requiredKeys: ['kind'] });
/** In bytes id and timestamp always come together. */
const rawControls = fc.oneof(
  fc.record({ kind }),
  fc.record({ kind, id, timestamp, misc }, { requiredKeys: ['kind', 'id', 'timestamp'] }),
);

test.each<[string, ControlFormat, fc.Arbitrary<object>]>([
  ['null', rawControl, rawControls],
  ['utf-8', textControl, anyControl],
  ['json', jsonControl, anyControl],
])('a control record comes back as it was written: %s', (_, format, controls) => {
  fc.assert(
    fc.property(controls, (control) => {
      const record = format.write(control as ControlRecord);
      expect(format.read(record, false)).toEqual(control);
      expect(record.includes(format.marker)).toBe(true);
      const padded = Buffer.concat([record, Buffer.alloc(9)]);
      expect(format.read(padded, true)).toEqual(control);
    }),
  );
});

test.each([
  ['end', 'fa 73 74 73 63 6f 72 65 2e 65 6e 64'],
  ['set', 'fa 73 74 73 63 6f 72 65 2e 73 65 74'],
  ['pig', 'fa 73 74 73 63 6f 72 65 2e 70 69 67'],
] as const)('in bytes %s is a prefix of 12 bytes', (name, hex) => {
  expect(rawControl.write({ kind: name })).toEqual(bytes(hex));
  expect(rawControl.read(bytes(hex), false)).toEqual({ kind: name });
});

test('in bytes id and timestamp are big-endian, then comes misc', () => {
  const record = bytes('fa 73 74 73 63 6f 72 65 2e 70 69 67 00 00 04 d2 00 00 00 00 cf 34 99 5b 61 62');
  expect(rawControl.read(record, false)).toEqual({ kind: 'pig', id: 1234, timestamp: 3476330843, misc: 'ab' });
  expect(rawControl.write({ kind: 'pig', id: 1234, timestamp: 3476330843, misc: 'ab' })).toEqual(record);
});

test('in text a control record begins with U+262E, its fields follow bars', () => {
  expect(textControl.write({ kind: 'end' })).toEqual(Buffer.from('\u262efastscore.end'));
  expect(textControl.write({ kind: 'end' }).subarray(0, 3)).toEqual(bytes('e2 98 ae'));
  const all = { kind: 'pig', id: 1234, timestamp: 3476304987, misc: 'a|b' } as const;
  expect(textControl.write(all).toString()).toBe('\u262efastscore.pig|1234|3476304987|a|b');
  expect(textControl.write({ kind: 'set', misc: 'x' }).toString()).toBe('\u262efastscore.set|||x');
  expect(textControl.read(Buffer.from('\u262efastscore.set|7'), false)).toEqual({ kind: 'set', id: 7 });
});

test('in json a control record is an object with $fastscore', () => {
  expect(jsonControl.write({ kind: 'set' }).toString()).toBe('{"$fastscore":"set"}');
  const spaced = Buffer.from(' { "misc":"m", "timestamp": 5,\n"$fastscore" : "pig", "id":7 } ');
  expect(jsonControl.read(spaced, false)).toEqual({ kind: 'pig', id: 7, timestamp: 5, misc: 'm' });
});

test.each<[ControlFormat, string]>([
  [rawControl, '\xfastscore.'],
  [rawControl, '\xfastscore.stop'],
  [rawControl, '\xfastscore.end12345678901'],
  [rawControl, 'x\xfastscore.end'],
  [rawControl, '\\xfastscore.end'],
  [textControl, 'fastscore.end'],
  [textControl, '\\u262efastscore.end'],
  [jsonControl, '{"$fastscore":"stop"}'],
  [jsonControl, '{"$fastscore":1}'],
  [jsonControl, '{"a":{"$fastscore":"end"}}'],
  [jsonControl, '["$fastscore","end"]'],
  [jsonControl, '"$fastscore"'],
  [jsonControl, '{"$fastscore":"end"'],
])('what only resembles a control record is data: %#', (format, text) => {
  expect(format.read(Buffer.from(text, 'latin1'), false)).toBeNull();
});

test.each(['\u262efastscore.ended', '\u262efastscore.', '\u262efastscore.End', ' \u262efastscore.end'])(
  'what only resembles a control record is text: %s',
  (text) => {
    expect(textControl.read(Buffer.from(text), false)).toBeNull();
  },
);

test('properties that cannot be are left out, so that they can be written in every encoding', () => {
  const digits = '9'.repeat(400);
  const read = [
    textControl.read(Buffer.from(`\u262efastscore.pig|x|${digits}`), false),
    jsonControl.read(Buffer.from(`{"$fastscore":"pig","id":1.5,"timestamp":1e300,"misc":3}`), false),
    rawControl.read(bytes(`fa 73 74 73 63 6f 72 65 2e 70 69 67 00 00 00 00 ff ff ff ff ff ff ff ff`), false),
  ];
  expect(read).toEqual([{ kind: 'pig' }, { kind: 'pig' }, { kind: 'pig', id: 0 }]);
});

function bytes(hex: string): Buffer {
  return Buffer.from(hex.replaceAll(' ', ''), 'hex');
}
