import { describe, expect, test } from 'vitest';
import { headerLine, parseHeaderLine, parseTrailerLine, trailerLine } from '../../../src/core/snapshot/format.ts';
import { failureOf } from '../../model/failure-of.ts';
import { header } from './samples.ts';

const fields = JSON.parse(headerLine(header)) as Record<string, unknown>;
const withField = (name: string, value: unknown) => JSON.stringify({ ...fields, [name]: value });

describe('a snapshot header', () => {
  test('is read back, fields from later releases aside', () => {
    expect(parseHeaderLine(headerLine(header))).toEqual(header);
    expect(parseHeaderLine(withField('colour', 'blue'))).toEqual(header);
    expect(parseHeaderLine(withField('misc', 'bye'))).toEqual({ ...header, misc: 'bye' });
  });

  test.each([
    ['id', 'K3V9QD2M'],
    ['id', 'k3v9qd2'],
    ['id', undefined],
    ['model', 7],
    ['created', '2026-03-01'],
    ['created', '2026-13-01T08:30:00.123Z'],
    ['engine', null],
    ['trigger', []],
    ['records', []],
    ['records', { in: { '0': 1 } }],
    ['records', { in: { '0': -1 }, out: {} }],
    ['records', { in: { '0': 1.5 }, out: {} }],
    ['records', { in: { zero: 1 }, out: {} }],
    ['positions', { '0': 42 }],
    ['positions', { '0': [] }],
    ['positions', null],
    ['misc', 1],
    ['version', undefined],
    ['version', '1'],
  ])('with %s as %j is damaged', (name, value) => {
    expect(failureOf(() => parseHeaderLine(withField(name, value)))).toMatchObject({
      code: 'SNAPSHOT_CORRUPT',
      message: `Snapshot is damaged at line 1: the header has no proper "${name}"`,
      hint: 'Restore another snapshot; nothing of this one has been used',
    });
  });

  test.each(['', '[]', 'null', '{"fastscore":"snapshot",'])('%j is none', (line) => {
    expect(failureOf(() => parseHeaderLine(line))).toMatchObject({
      code: 'SNAPSHOT_CORRUPT',
      message: 'Snapshot is damaged at line 1: the header is not a JSON object',
    });
  });

  test.each([0, 2, 10])('of version %i is refused with both versions', (version) => {
    expect(failureOf(() => parseHeaderLine(withField('version', version)))).toMatchObject({
      code: 'SNAPSHOT_FORMAT',
      message: `Snapshot has format version ${version}, this release reads version 1`,
      hint: 'Use the release of fastscore that took it, or a newer one',
    });
  });
});

describe('a snapshot trailer', () => {
  const sha256 = '0123456789abcdef'.repeat(4);

  test('is read back', () => {
    for (const count of [0, 1, 999_999]) {
      expect(parseTrailerLine(trailerLine(count, sha256).trimEnd())).toEqual({ count, sha256 });
    }
  });

  test('has one spelling only', () => {
    const line = trailerLine(1, sha256).trimEnd();
    const others = [` ${line}`, `${line} `, `${line}\r`, line.toUpperCase(), line.replace(':1', ':01'), line.slice(1)];
    for (const other of others) expect(parseTrailerLine(other)).toBeUndefined();
  });
});
