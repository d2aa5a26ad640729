import { afterEach, expect, test, vi } from 'vitest';
import { DeathCount } from '../../src/jets/death-count.ts';

afterEach(() => {
  vi.useRealTimers();
});

test('the fourth death within a minute is one too many, later ones begin anew', () => {
  vi.useFakeTimers({ now: 0 });
  const deaths = new DeathCount();
  for (let nth = 1; nth <= 3; nth++) expect(deaths.add('status 1')).toBeNull();
  expect(deaths.add('status 9')).toMatchObject({
    code: 'JET_CRASHED',
    message: 'Jets died 4 times within a minute; status 9',
  });
  vi.setSystemTime(60_000);
  expect(deaths.add('status 1')).toBeNull();
});
