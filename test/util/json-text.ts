import fc from 'fast-check';
import { anyUnit } from './any-unit.ts';

/** JSON texts in all the spellings that the grammar allows, unlike `fc.json`, which has only one. */
export function jsonText(): fc.Arbitrary<string> {
  const space = fc.constantFrom('', '', '', ' ', '\n', '\t', '\r\n ');
  const digits = fc.stringMatching(/^[0-9]{1,25}$/);
  const integer = fc.oneof(fc.constant('0'), fc.stringMatching(/^[1-9][0-9]{0,24}$/));
  const number = fc
    .tuple(
      fc.constantFrom('', '-'),
      integer,
      fc.option(digits, { nil: undefined }),
      fc.option(fc.stringMatching(/^[eE][+-]?[0-9]{1,2}$/), { nil: '' }),
    )
    .map(
      ([sign, whole, fraction, exponent]) => sign + whole + (fraction === undefined ? '' : `.${fraction}`) + exponent,
    );
  const unit = fc.oneof(
    fc.string({ unit: anyUnit, minLength: 1, maxLength: 1 }).map((text) => JSON.stringify(text).slice(1, -1)),
    fc.stringMatching(/^\\u[0-9a-fA-F]{4}$/),
    fc.constantFrom('\\/', '\\"', '\\\\', '\\n', '\u007f', '{', ']', ','),
  );
  const string = fc.array(unit, { maxLength: 8 }).map((units) => `"${units.join('')}"`);
  const padded = (text: fc.Arbitrary<string>) => fc.tuple(space, text, space).map((parts) => parts.join(''));
  const { value } = fc.letrec<{ value: string }>((tie) => ({
    value: padded(
      fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        fc.oneof(number, string, fc.constantFrom('true', 'false', 'null')),
        fc
          .tuple(space, fc.array(tie('value'), { maxLength: 4 }))
          .map(([inner, items]) => `[${items.join(',') || inner}]`),
        fc
          .tuple(space, fc.array(fc.tuple(padded(string), tie('value')), { maxLength: 4 }))
          .map(([inner, members]) => `{${members.map((member) => member.join(':')).join(',') || inner}}`),
      ),
    ),
  }));
  return value;
}
