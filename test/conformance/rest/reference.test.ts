import { afterAll, beforeAll, describe, test } from 'vitest';
import type { Fleet } from './reference/fleet.ts';
import { startFleet } from './reference/fleet.ts';
import { PARTS } from './reference/parts.ts';

let fleet: Fleet;
const verdicts = new Map<string, { works: number; rows: number }>();
beforeAll(async () => {
  fleet = await startFleet();
});
afterAll(async () => {
  await fleet.close();
  const all = [...verdicts.values()];
  const sum = (of: 'works' | 'rows') => all.reduce((count, verdict) => count + verdict[of], 0);
  const lines = [...verdicts].map(([title, { works, rows }]) => `  ${title}: ${works} / ${rows}`);
  process.stdout.write(
    `\nREST API of 1.10, rows that work / rows: ${sum('works')} / ${sum('rows')}\n${lines.join('\n')}\n`,
  );
});

describe.each(PARTS)('$title', ({ title, rows }) => {
  test.each(rows)('$what', async ({ attempt }) => {
    const verdict = verdicts.get(title) ?? { works: 0, rows: rows.length };
    verdicts.set(title, verdict);
    await attempt(fleet);
    verdict.works += 1;
  });
});
