import { expect, test } from 'vitest';
import { LateValue } from '../../../src/core/state/late-value.ts';

test('a value in pieces becomes text when that is asked for, and gives its pieces up', () => {
  const value = new LateValue([Buffer.from('"ab'), Buffer.from('c"')]);
  expect(value.pieces).toHaveLength(2);
  expect([value.json, value.json]).toEqual(['"abc"', '"abc"']);
  expect(value.native).toBeNull();
  expect(value.pieces).toBeNull();
});
