import { open } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { describeSystemError, systemErrorCode } from '../../src/util/system-error.ts';

test('a system error is told in words, without the path', async () => {
  const error = await open('/no/such/file').catch((thrown: unknown) => thrown);
  expect(systemErrorCode(error)).toBe('ENOENT');
  expect(describeSystemError(error)).toBe('no such file or directory (ENOENT)');
});

test('other errors keep their message', () => {
  expect(systemErrorCode(new TypeError('bad'))).toBeUndefined();
  expect(describeSystemError(new TypeError('bad'))).toBe('bad');
  expect(describeSystemError('odd')).toBe('odd');
});
