import { expect, test } from 'vitest';
import { pathOf, statePath } from '../../src/api/paths.ts';
import { cellKey, itemKey } from '../../src/core/state/key.ts';

test('a slash inside a name does not split the path', () => {
  expect(pathOf(1, 'model', 'a/b c')).toBe('/1/model/a%2Fb%20c');
});

test('names that would not survive as a segment go into the query', () => {
  expect(statePath(cellKey('total'))).toBe('/2/active/state/cell/total');
  expect(statePath(cellKey(''))).toBe('/2/active/state/cell?name=');
  expect(statePath(itemKey('p/q', 'x'))).toBe('/2/active/state/pool/p%2Fq/x');
  expect(statePath(itemKey('p', '..'))).toBe('/2/active/state/pool/p?item=..');
});
