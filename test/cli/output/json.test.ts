import fc from 'fast-check';
import { expect, it } from 'vitest';
import { RawJson, reindentJson, renderJson, renderJsonLine } from '../../../src/cli/output/json.ts';

it('renders as JSON.stringify does with an indent of two, but in ASCII', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const ascii = JSON.stringify(value, null, 2).replace(
        /[\u007f-\uffff]/g,
        (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
      );
      expect(renderJson(value)).toBe(ascii);
      expect(reindentJson(JSON.stringify(value))).toBe(ascii);
      expect(JSON.parse(renderJsonLine(value))).toEqual(JSON.parse(JSON.stringify(value)));
      expect(renderJsonLine(value)).not.toContain('\n');
    }),
  );
});

it('keeps every digit of raw JSON', () => {
  expect(renderJson({ value: new RawJson('[12345678901234567890,1.0]') })).toBe(
    '{\n  "value": [\n    12345678901234567890,\n    1.0\n  ]\n}',
  );
});

it('leaves out undefined members', () => {
  expect(renderJson({ a: undefined, b: null })).toBe('{\n  "b": null\n}');
});
