import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseAnnotations } from '../../src/model/annotations.ts';
import { anyUnit } from '../util/any-unit.ts';

const parse = (source: string) =>
  parseAnnotations(source).annotations.map(({ line, tag, scope, value }) => ({ line, tag, scope, value }));

describe('the line of an annotation', () => {
  test.each([
    '# fastscore.schema.0: x',
    '#fastscore.schema.0:x',
    '  \t## fastscore.schema.0 : x  ',
    '### fastscore.schema.0: x',
    '# odg.schema.0: x',
    '# ModelOp.schema.0: x',
    '// fastscore.schema.0: x',
    '//// fastscore.schema.0:\tx',
    '#// fastscore.schema.0: x',
    '# fastscore.schema.0: x\r',
    '\uFEFF# fastscore.schema.0: x',
    '# fastscore.schema.0 :x',
  ])('%j says the schema of slot 0', (line) => {
    expect(parse(line)).toEqual([{ line: 1, tag: 'schema', scope: '0', value: 'x' }]);
  });

  test.each([
    'fastscore.schema.0: x',
    '# fastscore.schema.0: x y',
    '# fastscore.schema.0 x',
    '# fastscore.schema.0:',
    '# fastscore.: x',
    '# fastscore: x',
    '# fastscore. schema.0: x',
    '# # fastscore.schema.0: x',
    '/ fastscore.schema.0: x',
    '/// fastscore.schema.0: x',
    '# FastScore.schema.0: x',
    '# modelop.schema.0: x',
    '# ModelOp Center.schema.0: x',
    '# see fastscore.schema.0: x',
    'x = 1 # fastscore.schema.0: x',
    '# fastscore.a b: x',
    '',
  ])('%j is an ordinary line', (line) => {
    expect(parse(line)).toEqual([]);
  });

  test.each([
    ['# fastscore.schema.0:a:b', 'schema', '0:a', 'b'],
    ['# fastscore.schema.0: a:b', 'schema', '0', 'a:b'],
    ['# fastscore.a:b.0 : c', 'a:b', '0', 'c'],
    ['# fastscore.schema.0: :b', 'schema', '0:', 'b'],
    ['# fastscore.schema.0::', 'schema', '0', ':'],
  ])('the last colon that leaves a tag and a value separates them in %j', (line, tag, scope, value) => {
    expect(parse(line)).toEqual([{ line: 1, tag, scope, value }]);
  });

  test('the scope is the last element of the tag', () => {
    expect(parse('# fastscore.module-attached: lib\n# fastscore.schema.$all: x\n# fastscore.a.b.c: y')).toEqual([
      { line: 1, tag: 'module-attached', scope: null, value: 'lib' },
      { line: 2, tag: 'schema', scope: '$all', value: 'x' },
      { line: 3, tag: 'a.b', scope: 'c', value: 'y' },
    ]);
  });
});

test('annotations are found on every line, with its number, also in a docstring', () => {
  const source =
    'import x\r\n\r\n"""\r\n# fastscore.slot.2: in-use\r\n"""\r\ndef action(x):\r\n    # fastscore.schema.2: y';
  expect(parse(source)).toEqual([
    { line: 4, tag: 'slot', scope: '2', value: 'in-use' },
    { line: 7, tag: 'schema', scope: '2', value: 'y' },
  ]);
  expect(parseAnnotations(source).annotations[1]?.text).toBe('# fastscore.schema.2: y');
});

test('a comment that begins like an annotation and is none is told with its first word', () => {
  expect(parseAnnotations('# fastscore.input foo\n\n# fastscore.cells are shared').lookalikes).toEqual([
    { line: 1, text: '# fastscore.input foo', tag: 'input' },
    { line: 3, text: '# fastscore.cells are shared', tag: 'cells' },
  ]);
});

const piece = fc.constantFrom(
  ...[
    '#',
    '//',
    '/',
    ' ',
    '\t',
    '\r',
    '\n',
    '.',
    ':',
    '$',
    'fastscore',
    'odg',
    'ModelOp',
    'schema',
    '0',
    'é',
    '\u00a0',
  ],
);
const sources = fc.oneof(
  fc.string({ unit: anyUnit, maxLength: 200 }),
  fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join('')),
  fc.array(piece, { maxLength: 12 }).map((pieces) => `# fastscore.${pieces.join('')}`),
);

test('property: any text gives the annotations that the grammar, written as an expression, finds', () => {
  const grammar = /^\s*(?:#|\/\/)+\s*(?:fastscore|odg|ModelOp)\.(\S+)\s*:\s*(\S+)\s*$/;
  fc.assert(
    fc.property(sources, (source) => {
      const expected = source.split('\n').flatMap((text, index) => {
        const [, words, value] = grammar.exec(text) ?? [];
        return words === undefined ? [] : [{ line: index + 1, words, value }];
      });
      const found = parse(source).map(({ line, tag, scope, value }) => {
        return { line, words: scope === null ? tag : `${tag}.${scope}`, value };
      });
      expect(found).toEqual(expected);
    }),
    { numRuns: 2000 },
  );
});

test('property: line ends, indentation and lines of code around them change no annotation', () => {
  fc.assert(
    fc.property(sources, (source) => {
      const before = parseAnnotations(source).annotations;
      const dressed = `import x\r\n${source.replaceAll('\n', '\r\n  ')}\r\ny = 2`;
      expect(parseAnnotations(dressed).annotations).toEqual(
        before.map((found) => ({ ...found, line: found.line + 1 })),
      );
    }),
  );
});

test.each([
  ['leaders', '#'.repeat(10_000_000)],
  ['slashes', '/'.repeat(9_999_999)],
  ['blanks', ' '.repeat(10_000_000)],
  ['colons', `# fastscore.${':'.repeat(10_000_000)} x y`],
  ['words', `# fastscore.${'a '.repeat(5_000_000)}`],
  ['line ends', '\n'.repeat(1_000_000)],
])('ten million %s are no trouble', (_, source) => {
  expect(parse(source)).toEqual([]);
});
