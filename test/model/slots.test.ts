import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FastScoreError } from '../../src/core/errors.ts';
import { parseAnnotations } from '../../src/model/annotations.ts';
import type { SlotPlan } from '../../src/model/slots.ts';
import { planSlots } from '../../src/model/slots.ts';
import { NO_SNAPSHOTS } from '../../src/model/snapshot-rules.ts';
import { failureOf } from './failure-of.ts';

/** The plan of a source with one annotation `# fastscore.LINE` per line. */
const plan = (...lines: string[]): SlotPlan =>
  planSlots(parseAnnotations(lines.map((line) => `# fastscore.${line}`).join('\n')));

const input = (slot: number, rest: object = {}) => ({
  slot,
  schema: null,
  recordsets: false,
  action: 'action',
  ...rest,
});
const output = (slot: number, rest: object = {}) => ({ slot, schema: null, recordsets: false, action: null, ...rest });

describe('slots in use', () => {
  test('a source without annotations uses slots 0 and 1, untyped, with the function action', () => {
    expect(planSlots(parseAnnotations('def action(x): yield x'))).toEqual({
      slots: [input(0), output(1)],
      explicit: false,
      snapshots: NO_SNAPSHOTS,
      attachedModules: [],
      warnings: [],
    });
  });

  test('schema, recordsets, action and slot lines with a number put the slot in use', () => {
    expect(plan('schema.3: x', 'recordsets.5: no', 'action.2: f', 'slot.65535: in-use').slots).toEqual([
      input(0),
      output(1),
      input(2, { action: 'f' }),
      output(3, { schema: 'x' }),
      output(5),
      output(65_535),
    ]);
  });

  test('wide scopes put no slot in use and hold for slots of earlier and later lines', () => {
    const { slots } = plan('slot.3: in-use', 'schema.$out: o', 'recordsets.$all: true', 'action: f', 'slot.9: in-use');
    expect(slots).toEqual([
      input(0, { recordsets: true, action: 'f' }),
      output(1, { schema: 'o', recordsets: true }),
      output(3, { schema: 'o', recordsets: true }),
      output(9, { schema: 'o', recordsets: true }),
    ]);
  });

  test('a tag without scope holds for all slots, action for all inputs', () => {
    expect(plan('schema: x', 'recordsets: yes', 'action: f', 'slot.2: in-use').slots).toEqual([
      input(0, { schema: 'x', recordsets: true, action: 'f' }),
      output(1, { schema: 'x', recordsets: true }),
      input(2, { schema: 'x', recordsets: true, action: 'f' }),
    ]);
  });

  test('of two lines about one property the later wins, whatever the scopes', () => {
    expect(plan('schema.0: a', 'schema.$in: b').slots[0]?.schema).toBe('b');
    expect(plan('schema.$in: b', 'schema.0: a').slots[0]?.schema).toBe('a');
    expect(plan('schema.0: a', 'schema.0: b').slots[0]?.schema).toBe('b');
  });

  test('unused removes a slot and forgets what its number said, a later mention brings it back', () => {
    expect(plan('schema.1: x', 'slot.1: unused').slots).toEqual([input(0)]);
    expect(plan('schema.1: x', 'slot.1: unused', 'recordsets.1: yes').slots).toEqual([
      input(0),
      output(1, { recordsets: true }),
    ]);
  });

  test('unused does not forget what a wide scope said', () => {
    expect(plan('schema.$out: x', 'slot.$all: unused', 'slot.0: in-use', 'slot.1: in-use').slots).toEqual([
      input(0),
      output(1, { schema: 'x' }),
    ]);
  });

  test('a model may have no output', () => {
    expect(plan('slot.3: in-use', 'slot.$out: unused').slots).toEqual([input(0)]);
  });

  test('$input and $output are read as $in and $out, with a warning', () => {
    const { slots, warnings } = plan('schema.$input: x', 'slot.$output: unused');
    expect(slots).toEqual([input(0, { schema: 'x' })]);
    expect(warnings).toEqual([
      'Line 1 says $input, which is read as $in',
      'Line 2 says $output, which is read as $out',
    ]);
  });
});

describe('deprecated lines', () => {
  test('input and output are the schemas of slots 0 and 1', () => {
    expect(plan('input: int', 'output: double').slots).toEqual([
      input(0, { schema: 'int' }),
      output(1, { schema: 'double' }),
    ]);
  });

  test.each([
    ['none', false, false],
    ['input', true, false],
    ['output', false, true],
    ['both', true, true],
  ])('recordsets: %s speaks of slots 0 and 1 only', (value, onInput, onOutput) => {
    expect(plan('slot.2: in-use', `recordsets: ${value}`).slots).toEqual([
      input(0, { recordsets: onInput }),
      output(1, { recordsets: onOutput }),
      input(2),
    ]);
  });
});

describe('explicit models', () => {
  test.each(['none', 'unused'])('action: %s makes a model explicit', (value) => {
    const { explicit, slots } = plan(`action: ${value}`, 'slot.2: in-use');
    expect(explicit).toBe(true);
    expect(slots.map(({ action }) => action)).toEqual([null, null, null]);
  });

  test('an explicit model may have no input, a callback model may not', () => {
    expect(plan('action: none', 'slot.0: unused')).toMatchObject({ explicit: true, slots: [output(1)] });
    expect(failureOf(() => plan('slot.0: unused'))).toMatchObject({
      code: 'MODEL_INVALID',
      message: expect.stringContaining('uses no input slot'),
    });
  });

  test('either all inputs in use have an action or none has', () => {
    expect(failureOf(() => plan('slot.2: in-use', 'action.0: none'))).toMatchObject({
      code: 'MODEL_INVALID',
      message:
        "Input slot 2 calls 'action' and input slot 0 calls nothing: all inputs in use have an action, or none has",
    });
    expect(plan('action.2: none', 'slot.2: unused').explicit).toBe(false);
    expect(plan('slot.2: in-use', 'action.0: none', 'action.2: none').explicit).toBe(true);
  });
});

test('snapshots and attached modules are told, a module once', () => {
  expect(plan('snapshots: eof', 'module-attached: b', 'module-attached: a', 'module-attached: b')).toMatchObject({
    snapshots: { ...NO_SNAPSHOTS, eof: true },
    attachedModules: ['b', 'a'],
  });
  expect(plan('snapshots: eof', 'snapshots: none').snapshots).toEqual(NO_SNAPSHOTS);
});

describe('lines at fault', () => {
  test.each([
    ['slot.$in: in-use', 'slots are put in use by number, not by $in'],
    ['slot: in-use', 'slots are put in use by number, not by $all'],
    ['slot.0: used', 'a slot is in-use or unused'],
    ['slot.-1: in-use', 'slots are numbered 0 to 65535'],
    ['slot.65536: in-use', 'slots are numbered 0 to 65535'],
    ['schema.: x', 'slots are numbered 0 to 65535'],
    ['schema.err: x', 'named slots are not supported'],
    ['schema.1e3: x', 'named slots are not supported'],
    ['schema.$any: x', 'the scopes are a slot number, $all, $in and $out'],
    ['action.1: f', 'only input slots (0, 2, 4, ...) have an action'],
    ['action.$all: f', 'only input slots (0, 2, 4, ...) have an action'],
    ['action.$out: none', 'only input slots (0, 2, 4, ...) have an action'],
    ['recordsets.0: maybe', 'record sets are true, yes, false or no'],
    ['recordsets: True', 'record sets are true, yes, false or no'],
    ['recordsets.0: both', "invalid scope, 'both' speaks of slots 0 and 1 and takes none"],
    ['recordsets.$all: none', "invalid scope, 'none' speaks of slots 0 and 1 and takes none"],
    ['snapshots: hourly', "'hourly' is none of eof, every 10s, every 5000, control, keep 5, none"],
  ])('%s is refused with line, text and the valid form', (line, reason) => {
    const failure = failureOf(() => plan('slot.3: in-use', line));
    expect(failure).toMatchObject({
      code: 'MODEL_INVALID',
      message: `Line 2: ${reason}: "# fastscore.${line}"`,
      details: { line: 2, text: `# fastscore.${line}` },
    });
    expect(failure.hint).toMatch(new RegExp(`^The form is "# fastscore\\.${/^\w+/.exec(line)?.[0]}`));
  });

  test('a line in a message is cut, and has no control characters', () => {
    const { message } = failureOf(() => plan(`slot.0: \u001b[31m${'x'.repeat(1_000_000)}`));
    expect(message).toMatch(/^Line 1: a slot is in-use or unused: "# fastscore\.slot\.0: \uFFFD\[31mx+\.\.\."$/);
    expect(message.length).toBeLessThan(200);
  });
});

test('what is probably meant as an annotation and is none is ignored with a warning', () => {
  const source = [
    '# fastscore.shema.0: x',
    '# fastscore.input foo',
    '# fastscore.snapshots.0: eof',
    '# fastscore.is: fun',
  ];
  expect(planSlots(parseAnnotations(source.join('\n')))).toEqual({
    ...plan(),
    warnings: [
      'Line 1 is ignored, its tag is unknown: "# fastscore.shema.0: x"; did you mean "# fastscore.schema.0: NAME"?',
      'Line 2 is ignored, it is not an annotation: "# fastscore.input foo"; the form is "# fastscore.input: SCHEMA"',
      'Line 3 is ignored, its tag is unknown: "# fastscore.snapshots.0: eof"; did you mean "# fastscore.snapshots: eof"?',
      'Line 4 is ignored, its tag is unknown: "# fastscore.is: fun"',
    ],
  });
});

test('prose about cells and pools is not warned of', () => {
  expect(planSlots(parseAnnotations('# fastscore.cells are shared by jets')).warnings).toEqual([]);
});

/** The rules again, for one slot and one property, without any state that changes. */
function expectedSchemas(lines: readonly (readonly [tag: string, scope: string, value: string])[]) {
  const covers = (scope: string, slot: number) =>
    scope === '$all' || scope === (slot % 2 === 0 ? '$in' : '$out') || scope === String(slot);
  return [0, 1, 2, 3, 4].flatMap((slot) => {
    const relevant = lines.filter(([, scope]) => covers(scope, slot));
    const lastUnused = relevant.findLastIndex(([tag, , value]) => tag === 'slot' && value === 'unused');
    const isWide = (scope: string) => scope.startsWith('$');
    const live = relevant.filter(([, scope], index) => isWide(scope) || index > lastUnused);
    const mentioned = live.some(([, scope]) => !isWide(scope));
    if (!mentioned && (slot > 1 || lastUnused !== -1)) return [];
    return [[slot, live.findLast(([tag]) => tag === 'schema')?.[2] ?? null]];
  });
}

test('property: the schemas of the slots in use follow the rules for any order of lines', () => {
  const number = fc.constantFrom('0', '1', '2', '3', '4');
  const wide = fc.constantFrom('$all', '$in', '$out');
  const line = fc.oneof(
    fc.tuple(fc.constant('schema'), fc.oneof(number, wide), fc.constantFrom('a', 'b', 'c')),
    fc.tuple(fc.constant('slot'), fc.oneof(number, wide), fc.constant('unused')),
    fc.tuple(fc.constant('slot'), number, fc.constant('in-use')),
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
      const all = [...lines, ['slot', '4', 'in-use'] as const];
      const found = plan(...all.map(([tag, scope, value]) => `${tag}.${scope}: ${value}`));
      expect(found.slots.map(({ slot, schema }) => [slot, schema])).toEqual(expectedSchemas(all));
    }),
    { numRuns: 500 },
  );
});

test('property: any text gives a plan or one of our errors', () => {
  const tag = fc.constantFrom('schema', 'recordsets', 'action', 'slot', 'snapshots', 'module-attached', 'input', 'x');
  const scope = fc.oneof(fc.constantFrom('', '.', '.0', '.1', '.$in', '.$out', '.-1'), fc.string({ maxLength: 4 }));
  const value = fc.oneof(
    fc.constantFrom('yes', 'both', 'none', 'unused', 'in-use', 'eof'),
    fc.string({ maxLength: 8 }),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(tag, scope, value), { maxLength: 8 }), (lines) => {
      const source = lines.map((parts) => `# fastscore.${parts[0]}${parts[1]}: ${parts[2]}`).join('\n');
      try {
        const first = planSlots(parseAnnotations(source));
        expect(planSlots(parseAnnotations(source))).toEqual(first);
      } catch (error) {
        expect(error).toBeInstanceOf(FastScoreError);
        expect((error as FastScoreError).code).toBe('MODEL_INVALID');
      }
    }),
    { numRuns: 1000 },
  );
});
