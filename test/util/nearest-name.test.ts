import { expect, test } from 'vitest';
import { nearestName } from '../../src/util/nearest-name.ts';

test('a misspelt name is near the name that was meant', () => {
  expect(nearestName('gains', ['loss', 'gain'])).toBe('gain');
  expect(nearestName('GAINS', ['loss', 'Gain'])).toBe('Gain');
});

test('letters that have changed places are one mistake', () => {
  expect(nearestName('gian', ['gain', 'giant'])).toBe('gain');
  expect(nearestName('lits', ['list', 'show'])).toBe('list');
  expect(nearestName('ab', ['ba'])).toBe('ba');
});

test('a name that is like no other has no near name', () => {
  expect(nearestName('weather', ['gain', 'loss'])).toBeUndefined();
  expect(nearestName('gain', [])).toBeUndefined();
});
