import { expect, it } from 'vitest';
import { renderSample } from '../../src/cli/sample-text.ts';

it('numbers records that are text', () => {
  expect(renderSample([Buffer.from('2'), Buffer.from('"süß"')])).toBe('   1: 2\n   2: "süß"');
});

it('shows other records as bytes, sixteen a line', () => {
  const record = Buffer.from(Array.from({ length: 24 }, (_, index) => 0x7e + index));
  expect(renderSample([record])).toBe(
    [
      '   1: 7e 7f 80 81 82 83 84 85 86 87 88 89 8a 8b 8c 8d  ~...............',
      '      8e 8f 90 91 92 93 94 95                          ................',
    ].join('\n'),
  );
});
