import { describe, expect, test } from 'vitest';
import { verifyCallbacks } from '../../src/model/callbacks.ts';
import { describeModel } from '../../src/model/describe.ts';
import type { CheckedSource } from '../../src/model/source-check.ts';
import { failureOf } from './failure-of.ts';

const modelOf = (source: string) => describeModel(Buffer.from(source), 'python3');
const plain = modelOf('def action(x): yield x');
const checked = (functions: Record<string, string[]>, rest: Partial<CheckedSource> = {}): CheckedSource => ({
  ok: true,
  functions,
  assigned: [],
  imports: [],
  missing: [],
  guarded: [],
  silent: {},
  changedCopies: [],
  ...rest,
});
const refusal = (info: typeof plain, check: CheckedSource) => failureOf(() => verifyCallbacks(info, check));

describe('actions', () => {
  test.each([[['x']], [['x', 'slot']], [['x', 'slot', 'seqno']], [['*args']], [['x', '...']]])(
    'a function with the parameters %j will do',
    (parameters) => {
      verifyCallbacks(plain, checked({ action: parameters }));
    },
  );

  test.each([
    [[], '0 parameters'],
    [['a', 'b', 'c', 'd'], '4 parameters'],
  ])('a function with the parameters %j is refused with slot, function and number', (parameters, words) => {
    expect(refusal(plain, checked({ action: parameters }))).toMatchObject({
      code: 'MODEL_INVALID',
      message: `Function 'action', the action of slot 0, takes ${words} instead of 1, 2 or 3`,
      hint: 'An action takes (data), (data, slot) or (data, slot, seqno)',
    });
  });

  test('every input slot in use needs its function', () => {
    const info = modelOf('# fastscore.action.2: setLimit');
    expect(refusal(info, checked({ action: ['x'], setLimits: ['x'] }))).toMatchObject({
      code: 'MODEL_INVALID',
      message:
        "Slot 2 calls function 'setLimit', which the model does not define; it defines the functions action, setLimits",
      hint: `Did you mean 'setLimits'? Define it, or name another function with "# fastscore.action.2: FUNCTION"`,
    });
    verifyCallbacks(info, checked({ action: ['x'], setLimit: ['x'] }));
  });

  test('a model without functions is told so, one with many is told some', () => {
    expect(refusal(plain, checked({})).message).toMatch(/it defines no functions$/);
    const many = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`f${index}`, ['x']]));
    expect(refusal(plain, checked(many)).message).toMatch(/the functions f0, .*, f19 and 10 more$/);
  });

  test('a name that is bound in another way will do, also by an import of everything', () => {
    verifyCallbacks(plain, checked({}, { assigned: ['action'] }));
    verifyCallbacks(plain, checked({}, { assigned: ['*'] }));
  });

  test('names of object properties are not functions of the model', () => {
    const info = modelOf('# fastscore.action: constructor');
    expect(refusal(info, checked({})).message).toMatch(/^Slot 0 calls function 'constructor'/);
  });

  test('an explicit model needs no function', () => {
    verifyCallbacks(modelOf('# fastscore.action: none'), checked({}));
  });
});
