import { expect, test } from 'vitest';
import { modelMediaType, modelTypeOf } from '../../src/api/media-types.ts';
import { MODEL_TYPES } from '../../src/model/types.ts';

test.each(MODEL_TYPES)('model type %s has a media type that leads back to it', (mtype) => {
  expect(modelTypeOf(modelMediaType(mtype))).toBe(mtype);
});

test('R is the type of its media type, in whatever case it was given', () => {
  expect(modelMediaType('r')).toBe(modelMediaType('R'));
  expect(modelTypeOf('application/vnd.fastscore.model-R; charset=utf-8')).toBe('R');
});

test.each([
  ['application/vnd.fastscore.model-python2', 'python'],
  ['application/x-python3', 'python3'],
  ['application/json', 'pfa-json'],
  ['text/plain', undefined],
  ['', undefined],
])('%s is of model type %s', (mediaType, mtype) => {
  expect(modelTypeOf(mediaType)).toBe(mtype);
});

test.each(['cobol', 'toString', ''])('%j is refused as a model type', (mtype) => {
  expect(() => modelMediaType(mtype)).toThrow(/is not a model type/);
});
