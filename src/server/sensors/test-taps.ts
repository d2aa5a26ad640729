import { randomBytes, randomInt } from 'node:crypto';
import type { TapValue } from './aggregate.ts';
import type { SampleTap } from './tap.ts';

const INTEGERS = 100;
const TEXT_BYTES = 8;

/** Made-up values of each kind, for trying sensors where nothing happens: 1.10 has these in every instance. */
export function testTaps(): SampleTap[] {
  const integer = (): number => randomInt(INTEGERS);
  const text = (): string => randomBytes(TEXT_BYTES).toString('hex');
  return [
    testTap('int', 'numbers', integer),
    testTap('float', 'numbers', Math.random),
    testTap('bytes', 'texts', text),
    testTap('tagged.int', 'named numbers', () => ({ int: integer() })),
    testTap('tagged.float', 'named numbers', () => ({ float: Math.random() })),
    testTap('tagged.bytes', 'named texts', () => ({ bytes: text() })),
  ];
}

function testTap(name: string, gives: SampleTap['gives'], sample: () => TapValue): SampleTap {
  return {
    kind: 'samples',
    measures: 'levels',
    name: `sys.test.${name}`,
    gives,
    subject: null,
    leastMs: 0,
    isLive: () => true,
    open: () => sample,
  };
}
