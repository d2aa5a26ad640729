import { expect, it } from 'vitest';
import { loadColours, wantsColour } from '../../../src/cli/output/colours.ts';

it.each([
  ['auto', true, {}, true],
  ['auto', false, {}, false],
  ['auto', true, { NO_COLOR: '1' }, false],
  ['auto', true, { NO_COLOR: '' }, true],
  ['auto', true, { TERM: 'dumb' }, false],
  ['always', false, { NO_COLOR: '1' }, true],
  ['never', true, {}, false],
] as const)('--color=%s, terminal %s, environment %j: %s', (when, isTTY, env, wanted) => {
  expect(wantsColour(when, { isTTY }, env)).toBe(wanted);
});

it('uses the bright colours of 1.10', async () => {
  const colours = await loadColours(true);
  expect(colours.green('x')).toBe('\u001b[92mx\u001b[39m');
  expect((await loadColours(false)).green('x')).toBe('x');
});
