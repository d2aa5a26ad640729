import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { SchemaInference } from '../../src/schema/infer-schema.ts';
import { RecordCheck } from '../../src/schema/record-check.ts';
import { typedSchema } from '../../src/schema/typed-schema.ts';

test('every record that was seen fits the schema', () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue({ maxDepth: 3 }), { minLength: 1, maxLength: 12 }), (values) => {
      const lines = values.map((value) => JSON.stringify(value)).filter((text) => !/\d{16,}/.test(text));
      fc.pre(lines.length > 0);
      const check = new RecordCheck([typedSchema(infer(lines)).type]);
      for (const line of lines) expect(check.flawOf(Buffer.from(`${line}\n`))).toBeNull();
    }),
  );
});

test.each([
  [['1', '2147483647'], 'int'],
  [['1', '-9223372036854775808'], 'long'],
  [['1', '2.5'], 'double'],
  [
    ['true', 'null'],
    ['null', 'boolean'],
  ],
  [
    ['"a"', '1'],
    ['int', 'string'],
  ],
  [['[1,2]', '[]'], { type: 'array', items: 'int' }],
  [
    Array.from({ length: 40 }, (_, i) => `"${'abc'[i % 3]}"`),
    { type: 'enum', name: 'Enum1', symbols: ['a', 'b', 'c'] },
  ],
  [Array.from({ length: 10 }, (_, i) => `"012345678${i}"`), { type: 'fixed', name: 'Fixed1', size: 10 }],
  [['"2020-01-01"', '"2020-01-02"'], 'string'],
  [
    ['{"a":1}', '{"a":2,"b":"x","c":[]}'],
    {
      type: 'record',
      name: 'Rec1',
      fields: [
        { name: 'a', type: 'int' },
        { name: 'b', type: 'string', default: '' },
        { name: 'c', type: { type: 'array', items: 'null' }, default: [] },
      ],
    },
  ],
  [['{"0123456789abcdef0123456789abcdef":1,"x":2.5}'], { type: 'map', values: 'double' }],
])('%j has the schema %j', (lines, schema) => {
  expect(infer(lines)).toEqual(schema);
});

test('cells of CSV are what they look like', () => {
  const rows = [
    '{"i":"7","d":"1.50","e":"","b":"true","z":"007","t":"x"}',
    '{"i":"","d":"2","e":"","b":"FALSE","z":"1","t":"7"}',
  ];
  expect(infer(rows, true)).toMatchObject({
    fields: [
      { name: 'i', type: ['null', 'int'] },
      { name: 'd', type: 'double' },
      { name: 'e', type: 'null' },
      { name: 'b', type: 'boolean' },
      { name: 'z', type: ['int', 'string'] },
      { name: 't', type: ['int', 'string'] },
    ],
  });
});

test('nothing, what is not JSON and integers beyond 64 bits are refused', () => {
  expect(() => infer([])).toThrow('There is no record');
  expect(() => infer(['{'])).toThrow('Not JSON: {');
  expect(() => infer(['9223372036854775808'])).toThrow('9223372036854775808 does not fit the 64 bits');
});

function infer(lines: readonly string[], areTexts = false): unknown {
  const inference = new SchemaInference({ areTexts });
  for (const line of lines) inference.add(Buffer.from(`${line}\n`));
  return inference.result();
}
